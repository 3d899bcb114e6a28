//! `POST /v1.0/$batch`: up to twenty requests in one, each judged and answered as if it had come alone.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use data_encoding::BASE64;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::body;
use super::dispatch::{Door, json_answer, perform, segments, welcome};
use super::errors::{GraphError, RequestIdsOf};
use super::odata::{NONE, Options};
use super::{BASE, openapi};
use crate::web::ClientInfo;

/// Its address below `/v1.0`.
pub const PATH: &str = "/$batch";
/// Most requests in one, as in the original.
const MOST: usize = 20;
/// Largest body. What is larger, such as a file of terms, is sent alone.
const LIMIT: usize = 1024 * 1024;
/// Once so many bytes were answered, the rest has to be asked for again.
const MOST_ANSWERED: usize = 8 * 1024 * 1024;
/// Longest id of a part.
const LONGEST_ID: usize = 64;
/// Longest address of a part.
const LONGEST_URL: usize = 7 * 1024;
/// Longest value of a header of a part.
const LONGEST_VALUE: usize = 512;
/// What a part may say about itself; the token, the host and the client are those of the whole.
const HEADERS: &[&str] =
    &["accept", "client-request-id", "consistencylevel", "content-type", "idempotency-key", "prefer"];
/// What is told of an answer, spelled as the original does: its client for Node looks for `Content-Type` and no other case.
const TOLD: &[&str] =
    &["Allow", "client-request-id", "Content-Type", "Idempotency-Replayed", "Location", "OData-Version", "Retry-After"];

/// One request of a batch.
struct Part {
    id: String,
    method: Method,
    url: Uri,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    after: Vec<String>,
}

/// Whether a request is a batch.
pub fn is_one(parts: &Parts) -> bool {
    segments(parts.uri.path()).is_some_and(|names| matches!(names.as_slice(), [only] if is_batch(only)))
}

fn is_batch(segment: &str) -> bool {
    PATH.strip_prefix('/').is_some_and(|name| name.eq_ignore_ascii_case(segment))
}

/// Answers a batch. What is wrong with it as a whole is said before anything is done.
pub async fn answer(
    door: &Door,
    parts: &Parts,
    body: Body,
    client: ClientInfo,
    ids: &RequestIdsOf,
) -> Result<Response<Bytes>, GraphError> {
    welcome(door, &parts.headers).await?;
    if parts.method != Method::POST {
        return Err(GraphError::wrong_method("POST".to_owned()));
    }
    Options::read(parts.uri.query(), NONE)?;
    let asked = read(body::read(&parts.headers, body, LIMIT).await?, door.app.urls.origin())?;
    let Some(token) = parts.headers.get(AUTHORIZATION) else { return Err(GraphError::broken()) };
    let order = order(&asked)?;
    let mut statuses: HashMap<&str, StatusCode> = HashMap::new();
    let mut told: Vec<Option<Value>> = asked.iter().map(|_| None).collect();
    let mut bytes = 0;
    for at in order {
        let Some(part) = asked.get(at) else { continue };
        let failed = part.after.iter().find(|id| !statuses.get(id.as_str()).is_some_and(StatusCode::is_success));
        let ids = ids.of_part(&part.headers);
        let refused = match failed {
            Some(id) => Some(GraphError::failed_dependency(id)),
            None if bytes >= MOST_ANSWERED => Some(GraphError::too_many(Duration::from_secs(1))),
            None => None,
        };
        let answer = match refused {
            Some(error) => error.answer(&ids, door.app.clock.now()),
            None => one(door, part, token, client, &ids).await,
        };
        statuses.insert(&part.id, answer.status());
        bytes += answer.body().len();
        if let Some(place) = told.get_mut(at) {
            *place = Some(tell(&part.id, &answer));
        }
    }
    let value = json!({ "responses": told.into_iter().flatten().collect::<Vec<_>>() });
    Ok(json_answer(StatusCode::OK, Bytes::from(value.to_string()), ids))
}

/// The request that a part stands for, through the same door as any other. `perform` knows no batches, so that none can
/// stand within another.
async fn one(door: &Door, part: &Part, token: &HeaderValue, client: ClientInfo, ids: &RequestIdsOf) -> Response<Bytes> {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = part.method.clone();
    parts.uri = part.url.clone();
    parts.headers = part.headers.clone();
    parts.headers.insert(AUTHORIZATION, token.clone());
    parts.extensions.insert(client);
    let body = part.body.clone().map_or_else(Body::empty, Body::from);
    match perform(door, &parts, body, ids).await {
        Ok(answer) => answer,
        Err(error) => error.answer(ids, door.app.clock.now()),
    }
}

fn tell(id: &str, answer: &Response<Bytes>) -> Value {
    let headers: Map<String, Value> = TOLD
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), json!(answer.headers().get(*name)?.to_str().ok()?))))
        .collect();
    let mut told = json!({ "id": id, "status": answer.status().as_u16(), "headers": headers });
    let bytes = answer.body();
    let media_type = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let body = if bytes.is_empty() {
        None
    } else if media_type.starts_with("application/json") {
        serde_json::from_slice(bytes).ok()
    } else {
        // As in the original: whatever is no JSON comes in base64.
        Some(json!(BASE64.encode(bytes)))
    };
    if let (Some(told), Some(body)) = (told.as_object_mut(), body) {
        told.insert("body".to_owned(), body);
    }
    told
}

/// In which order parts are done: each after those that it names. A circle, or a name that nobody has, is refused.
fn order(parts: &[Part]) -> Result<Vec<usize>, GraphError> {
    let known: HashSet<&str> = parts.iter().map(|part| part.id.as_str()).collect();
    for (at, part) in parts.iter().enumerate() {
        if let Some(odd) = part.after.iter().find(|id| !known.contains(id.as_str()) || **id == part.id) {
            return Err(fault(at, "dependsOn", format!("There is no other request with the id {odd} here.")));
        }
    }
    let mut done: HashSet<&str> = HashSet::new();
    let mut order = Vec::with_capacity(parts.len());
    while order.len() < parts.len() {
        let ready = parts.iter().enumerate().find(|(_, part)| {
            !done.contains(part.id.as_str()) && part.after.iter().all(|id| done.contains(id.as_str()))
        });
        let Some((at, part)) = ready else {
            return Err(GraphError::field("requests", "Requests wait for each other in a circle; see dependsOn."));
        };
        done.insert(&part.id);
        order.push(at);
    }
    Ok(order)
}

fn fault(at: usize, name: &str, message: impl Into<String>) -> GraphError {
    GraphError::field(format!("requests/{at}/{name}"), message)
}

fn read(mut sent: Map<String, Value>, origin: &str) -> Result<Vec<Part>, GraphError> {
    let requests = sent.remove("requests");
    if let Some(odd) = sent.keys().next() {
        return Err(GraphError::field(odd.clone(), format!("A batch has no property {odd}.")));
    }
    let Some(Value::Array(requests)) = requests else {
        return Err(GraphError::field("requests", "A batch has the list requests."));
    };
    if requests.is_empty() || requests.len() > MOST {
        return Err(GraphError::field("requests", format!("A batch has 1 to {MOST} requests.")));
    }
    let mut parts: Vec<Part> = Vec::with_capacity(requests.len());
    for (at, request) in requests.into_iter().enumerate() {
        let Value::Object(request) = request else {
            return Err(GraphError::field(format!("requests/{at}"), "A request is an object."));
        };
        let part = read_part(at, request, origin)?;
        if parts.iter().any(|before| before.id == part.id) {
            return Err(fault(at, "id", format!("The id {} is there twice.", part.id)));
        }
        parts.push(part);
    }
    Ok(parts)
}

fn read_part(at: usize, mut sent: Map<String, Value>, origin: &str) -> Result<Part, GraphError> {
    // The original's client for Python writes the last one so.
    if let Some(names) = sent.remove("depends_on")
        && sent.insert("dependsOn".to_owned(), names).is_some()
    {
        return Err(fault(at, "depends_on", "Write dependsOn once."));
    }
    let known = ["id", "method", "url", "headers", "body", "dependsOn"];
    if let Some(odd) = sent.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(fault(at, odd, format!("A request of a batch has no property {odd}.")));
    }
    let mut text = |name: &'static str| match sent.remove(name) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(fault(at, name, format!("A request of a batch has {name}, a text."))),
    };
    let (id, method, url) = (text("id")?, text("method")?, text("url")?);
    if !(1..=LONGEST_ID).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(fault(at, "id", format!("An id has 1 to {LONGEST_ID} visible ASCII characters.")));
    }
    let method = match method.as_str() {
        "GET" => Method::GET,
        "POST" => Method::POST,
        "PATCH" => Method::PATCH,
        "DELETE" => Method::DELETE,
        _ => return Err(fault(at, "method", "The methods in a batch are GET, POST, PATCH and DELETE.")),
    };
    let url = address(&url, origin).map_err(|words| fault(at, "url", words))?;
    let mut headers = read_headers(at, sent.remove("headers"))?;
    let body = match sent.remove("body") {
        None => None,
        Some(Value::Object(_)) if method == Method::GET || method == Method::DELETE => {
            return Err(fault(at, "body", "GET and DELETE take no body."));
        }
        Some(Value::Object(object)) => Some(Value::Object(object).to_string().into_bytes()),
        Some(_) => return Err(fault(at, "body", "The body of a request in a batch is a JSON object.")),
    };
    if let Some(body) = &body {
        headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        headers.insert(http::header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    let after = match sent.remove("dependsOn") {
        None => Vec::new(),
        Some(Value::Array(names)) if names.len() <= MOST && names.iter().all(Value::is_string) => {
            names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        Some(_) => return Err(fault(at, "dependsOn", "dependsOn is a list of ids.")),
    };
    Ok(Part { id, method, url, headers, body, after })
}

/// The address of a part: below `/v1.0` of this host, for whoever reads it in whatever way.
fn address(text: &str, origin: &str) -> Result<Uri, &'static str> {
    const WORDS: &str = "The url is an address below /v1.0, such as /users?$top=5.";
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'#' | b'<' | b'>' | b'"' | b'^' | b'`');
    // Clients also write the whole address, of this very origin, or the whole path.
    let text = text.strip_prefix(origin).filter(|rest| rest.starts_with("/v1.0/")).unwrap_or(text);
    let text = text.strip_prefix(BASE).filter(|rest| rest.starts_with('/')).unwrap_or(text);
    let below = text.strip_prefix('/').unwrap_or(text);
    let path = below.split('?').next().unwrap_or_default();
    // Neither another host (`//host`, `https://host`) nor a way out (`..` in any spelling).
    let shaped = (1..=LONGEST_URL).contains(&below.len()) && below.bytes().all(plain) && !path.contains("//");
    let steps = path.split('/').all(|segment| {
        let step = percent_decode_str(segment).decode_utf8();
        step.is_ok_and(|step| !step.is_empty() && !step.starts_with("..") && step != "." && !step.contains(['/', '\\']))
    });
    let named = !path.split('/').next().is_some_and(|first| first.contains([':', '@']));
    if !shaped || !steps || !named {
        return Err(WORDS);
    }
    let whole: Uri = format!("{BASE}/{below}").parse().map_err(|_| WORDS)?;
    if segments(whole.path()).is_some_and(|names| names.first().is_some_and(|name| is_batch(name))) {
        return Err("A batch does not stand within a batch.");
    }
    if whole.authority().is_some() || !whole.path().starts_with("/v1.0/") { Err(WORDS) } else { Ok(whole) }
}

fn read_headers(at: usize, sent: Option<Value>) -> Result<HeaderMap, GraphError> {
    let sent = match sent {
        None => return Ok(HeaderMap::new()),
        Some(Value::Object(sent)) => sent,
        Some(_) => return Err(fault(at, "headers", "headers is an object of texts.")),
    };
    let mut headers = HeaderMap::new();
    for (name, value) in sent {
        let place = format!("headers/{name}");
        let lower = name.to_ascii_lowercase();
        let Some(known) = HEADERS.iter().find(|known| **known == lower) else {
            let message = format!("The header {name} is not taken in a batch; these are: {}.", HEADERS.join(", "));
            return Err(fault(at, &place, message));
        };
        let text = value.as_str().unwrap_or_default();
        let fits = (1..=LONGEST_VALUE).contains(&text.len()) && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        let value = HeaderValue::from_str(text).ok().filter(|_| fits);
        let Some(value) = value else {
            return Err(fault(at, &place, "A header is a text of visible ASCII characters."));
        };
        if headers.insert(HeaderName::from_static(known), value).is_some() {
            return Err(fault(at, &place, format!("The header {name} is there twice.")));
        }
    }
    Ok(headers)
}

/// For the description of the API.
pub fn described() -> Value {
    let id = json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_ID, "pattern": "^[!-~]+$" });
    let names: Map<String, Value> = HEADERS
        .iter()
        .map(|name| {
            ((*name).to_owned(), json!({ "type": "string", "maxLength": LONGEST_VALUE, "pattern": "^[ -~]+$" }))
        })
        .collect();
    let request = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "method", "url"],
        "properties": {
            "id": id,
            "method": { "type": "string", "enum": ["GET", "POST", "PATCH", "DELETE"] },
            "url": {
                "type": "string", "maxLength": LONGEST_URL,
                "pattern": "^/[A-Za-z]{1,32}(?:/[A-Za-z0-9@-]{1,64})*(?:\\?[A-Za-z0-9$&=%'(),._~:@+*/-]{1,200})?$",
                "description": "An address below /v1.0, with its query.",
            },
            "headers": { "type": "object", "additionalProperties": false, "properties": names },
            "body": { "type": "object", "description": "What the operation takes." },
            "dependsOn": {
                "type": "array", "maxItems": MOST, "items": id,
                "description": "Ids of requests that come first; if one of them fails, this one answers 424.",
            },
        },
    });
    let answer = json!({
        "type": "object",
        "required": ["id", "status", "headers"],
        "properties": {
            "id": { "type": "string" },
            "status": { "type": "integer" },
            "headers": { "type": "object", "additionalProperties": { "type": "string" } },
            "body": { "description": "JSON as it stands; anything else as a text in base64." },
        },
    });
    let list = |name: &str, most: usize, items: Value| {
        json!({
            "type": "object", "additionalProperties": false, "required": [name],
            "properties": { name: { "type": "array", "minItems": 1, "maxItems": most, "items": items } },
        })
    };
    let json_of = |schema: Value| json!({ "application/json": { "schema": schema } });
    let mut responses = openapi::refusals();
    let done = json!({ "description": "The answers, in the order of the requests.", "content": json_of(list("responses", MOST, answer)) });
    responses.insert("200".to_owned(), done);
    json!({
        "operationId": "batch",
        "summary": "Send up to twenty requests in one; each is judged and answered as if it came alone.",
        "parameters": [],
        "requestBody": { "required": true, "content": json_of(list("requests", MOST, request)) },
        "responses": responses,
        "x-permissions": [],
        "x-delegated": "users",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://login.example";

    fn reads(value: Value) -> Result<Vec<Part>, String> {
        let sent = value.as_object().cloned().unwrap();
        read(sent, ORIGIN).map_err(|error| error.target.unwrap_or_default())
    }

    fn part(id: &str, after: &[&str]) -> Value {
        json!({ "id": id, "method": "GET", "url": "/users", "dependsOn": after })
    }

    #[test]
    fn c3_no_address_names_another_host_or_leaves_the_api() {
        for good in [
            "/users",
            "users",
            "/users?$top=5&$filter=mail%20eq%20'a@b.c'",
            "/users/a%23EXT%23@b",
            "/users/$count",
            "/v1.0/users",
            "https://login.example/v1.0/users?$select=id",
        ] {
            let uri = address(good, ORIGIN).unwrap();
            assert!(uri.path().starts_with("/v1.0/users") && uri.authority().is_none(), "{good}");
        }
        for wrong in [
            "",
            "/",
            "/v1.0/",
            "//evil.example/users",
            "/v1.0//evil.example/users",
            "/\\evil.example",
            "https://evil.example/v1.0/users",
            "http://login.example/v1.0/users",
            "HTTPS://LOGIN.EXAMPLE/v1.0/users",
            "https://login.example:444/v1.0/users",
            "https://login.example.evil.example/v1.0/users",
            "https://login.example@evil.example/v1.0/users",
            "https://login.example/contoso.example/oauth2/v2.0/token",
            "https://login.example/v1.0x/users",
            "https://login.example/v1.0/../users",
            "https://login.example/v1.0/https://login.example/v1.0/users",
            "https:/evil.example",
            "http:evil",
            "a@evil.example/users",
            "/../users",
            "/users/../../oauth2",
            "/%2e%2e/x",
            "/%2E./x",
            "/users/..;/x",
            "/users/%2e",
            "/./users",
            "/users%2f..%2fx",
            "/users/%5c..",
            "/users#x",
            "/users x",
            "/users\r\nhost: evil",
            "/users\u{e9}",
            "/users//x",
            "/%ff",
            "?x=1",
            "/users/",
            "/$batch",
            "/%24batch",
            "/$BATCH/x",
            "$batch?x",
            "/v1.0/$batch",
            "https://login.example/v1.0/$batch",
        ] {
            assert!(address(wrong, ORIGIN).is_err(), "{wrong}");
        }
    }

    #[test]
    fn m1_what_is_no_batch_is_refused_by_name() {
        let of = |request: Value| json!({ "requests": [request] });
        let with = |name: &str, value: Value| {
            let mut request = part("1", &[]);
            request[name] = value;
            of(request)
        };
        assert_eq!(reads(of(part("1", &[]))).unwrap().len(), 1);
        let many =
            |count: usize| json!({ "requests": (0..count).map(|id| part(&id.to_string(), &[])).collect::<Vec<_>>() });
        assert_eq!(reads(many(MOST)).unwrap().len(), MOST);
        for (wrong, target) in [
            (many(MOST + 1), "requests"),
            (many(0), "requests"),
            (json!({}), "requests"),
            (json!({ "requests": {} }), "requests"),
            (json!({ "requests": [], "tenant": "x" }), "tenant"),
            (json!({ "requests": [1] }), "requests/0"),
            (json!({ "requests": [part("1", &[]), part("1", &[])] }), "requests/1/id"),
            (with("atomicityGroup", json!("g")), "requests/0/atomicityGroup"),
            (with("id", json!(1)), "requests/0/id"),
            (with("id", json!("a b")), "requests/0/id"),
            (with("id", json!("x".repeat(65))), "requests/0/id"),
            (with("method", json!("get")), "requests/0/method"),
            (with("method", json!("TRACE")), "requests/0/method"),
            (with("url", json!("https://evil.example/v1.0/users")), "requests/0/url"),
            (with("body", json!({})), "requests/0/body"),
            (with("body", json!("eA==")), "requests/0/body"),
            (with("dependsOn", json!("1")), "requests/0/dependsOn"),
            (with("depends_on", json!([])), "requests/0/depends_on"),
            (with("headers", json!({ "Authorization": "Bearer x" })), "requests/0/headers/Authorization"),
            (with("headers", json!({ "Host": "evil.example" })), "requests/0/headers/Host"),
            (with("headers", json!({ "Cookie": "x=1" })), "requests/0/headers/Cookie"),
            (with("headers", json!({ "X-Forwarded-For": "::1" })), "requests/0/headers/X-Forwarded-For"),
            (with("headers", json!({ "Content-Length": "5" })), "requests/0/headers/Content-Length"),
            (with("headers", json!({ "accept": "a\r\nhost: b" })), "requests/0/headers/accept"),
            (with("headers", json!({ "accept": 5 })), "requests/0/headers/accept"),
            (with("headers", json!({ "Accept": "a", "accept": "b" })), "requests/0/headers/accept"),
        ] {
            assert_eq!(reads(wrong.clone()).err().as_deref(), Some(target), "{wrong}");
        }
    }

    #[test]
    fn parts_come_after_those_that_they_name() {
        let ordered =
            |parts: &[Value]| order(&reads(json!({ "requests": parts })).unwrap()).map_err(|error| error.target);
        assert_eq!(ordered(&[part("a", &["c"]), part("b", &[]), part("c", &["b"])]), Ok(vec![1, 2, 0]));
        assert_eq!(ordered(&[part("a", &[]), part("b", &[])]), Ok(vec![0, 1]));
        let target = |name: &str| Err(Some(name.to_owned()));
        assert_eq!(ordered(&[part("a", &["b"]), part("b", &["a"])]), target("requests"));
        assert_eq!(ordered(&[part("a", &["a"])]), target("requests/0/dependsOn"));
        assert_eq!(ordered(&[part("a", &["z"])]), target("requests/0/dependsOn"));
    }
}
