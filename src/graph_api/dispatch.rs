//! From a request to an answer, the same for every operation: token, limit, address, rights, query, body, then the handler.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderName, LOCATION};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::body::{self, Fields};
use super::caller::{Caller, VerifyAccess, broken};
use super::errors::{GraphError, RequestIdsOf};
use super::odata::filter::Filter;
use super::odata::search::Search;
use super::odata::{Options, evaluate};
use super::operation::{Call, Gives, Operation, Reply, Row};
use super::schema::Entity;
use super::{BASE, OPERATIONS, batch, openapi};
use crate::app::App;
use crate::snapshot::Snapshot;
use crate::tenants::api_requests::{Pace, Repeatable, Repetition, begin, forget, keep, too_many};
use crate::web::ClientInfo;

/// Requests of one caller in one tenant.
const PACE: Pace = Pace { name: "requests", most: 2_000, window: Duration::from_secs(10) };
/// Writes of one caller in one tenant.
const WRITES: Pace = Pace { name: "writes", most: 600, window: Duration::from_secs(10) };
/// Invitations of all callers in one tenant, as in the original.
const INVITATIONS: Pace = Pace { name: "invitations", most: 150, window: Duration::from_secs(5) };
/// Longest idempotency key.
const LONGEST_KEY: usize = 128;
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What the door needs.
pub struct Door {
    /// The bench.
    pub app: Arc<App>,
    /// Verifies tokens.
    pub verify: Arc<dyn VerifyAccess>,
}

/// Answers one request.
pub async fn answer(door: Arc<Door>, request: Request<Body>) -> Response<Bytes> {
    let (parts, body) = request.into_parts();
    let now = door.app.clock.now();
    let Some(client) = parts.extensions.get::<ClientInfo>() else {
        // Only a wrong wiring makes a request that did not come through the server.
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return answer;
    };
    let ids = RequestIdsOf::of(client.request_id, &parts.headers);
    let done = match batch::is_one(&parts) {
        true => batch::answer(&door, &parts, body, *client, &ids).await,
        false => perform(&door, &parts, body, &ids).await,
    };
    match done {
        Ok(answer) => answer,
        Err(error) => {
            if error.status.is_server_error() {
                tracing::error!(request.id = %client.request_id, "an admin API request was answered with {}", error.status);
            }
            error.answer(&ids, now)
        }
    }
}

/// Lets a caller in who has a token and does not come too often. Before anything else: whoever has no token learns
/// nothing, not even which addresses there are.
pub async fn welcome(door: &Door, headers: &HeaderMap) -> Result<(Caller, Arc<Snapshot>), GraphError> {
    let app = &door.app;
    let snapshot = app.snapshot.load_full();
    let caller = Caller::of(app, &snapshot, door.verify.as_ref(), headers).await?;
    slow_down(app, &caller, &caller.name(), PACE).await?;
    Ok((caller, snapshot))
}

/// Does one request.
pub async fn perform(
    door: &Door,
    parts: &http::request::Parts,
    body: Body,
    ids: &RequestIdsOf,
) -> Result<Response<Bytes>, GraphError> {
    let path = parts.uri.path();
    if path == openapi::PATH && (parts.method == Method::GET || parts.method == Method::HEAD) {
        return Ok(document(ids, openapi::document(door.app.urls.origin())));
    }
    let app = &door.app;
    let (caller, snapshot) = welcome(door, &parts.headers).await?;
    let name = caller.name();
    let (operation, parameters) = find(&parts.method, path)?;
    caller.may(operation)?;
    if operation.method != super::operation::Verb::Get {
        slow_down(app, &caller, &name, WRITES).await?;
    }
    if operation.repeatable {
        slow_down(app, &caller, "everybody", INVITATIONS).await?;
    }
    let options = Options::read(parts.uri.query(), operation.query)?;
    check_names(operation, &options, &caller)?;
    may_be_behind(&options, &parts.headers)?;
    let fields = read_fields(operation, &parts.headers, body, &caller).await?;
    let key = match operation.repeatable {
        true => repetition_key(&parts.headers)?,
        false => None,
    };
    let tenant = Arc::clone(&caller.tenant);
    let request = format!("{} {path} {}", operation.id, fields.canonical());
    let call =
        Call { app: Arc::clone(app), snapshot, tenant, caller, parameters, options, fields, path: path.to_owned() };
    let tenant = call.tenant.id;
    let Some(key) = key else { return run(app, operation, call, ids).await.map(|(answer, _)| answer) };
    let asked = Repeatable { tenant, caller: &name, key: &key, request: &request };
    match begin(app, asked).await.map_err(|error| broken("a repetition could not be looked up", &error))? {
        Repetition::First => {}
        Repetition::Answered(before) => {
            let mut answer = json_answer(StatusCode::CREATED, Bytes::from(before), ids);
            answer.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            return Ok(answer);
        }
        Repetition::AnotherRequest => {
            let message = "This Idempotency-Key was used for another request.";
            return Err(GraphError { target: Some("Idempotency-Key".to_owned()), ..GraphError::bad(message) });
        }
        Repetition::UnderWay => {
            let message = "The request with this Idempotency-Key is still under way.";
            return Err(GraphError { retry_after: Some(Duration::from_secs(1)), ..GraphError::conflict(message) });
        }
    }
    let done = run(app, operation, call, ids).await;
    let kept = match &done {
        Ok((_, bytes)) => keep(app, asked, bytes).await,
        Err(_) => forget(app, asked).await,
    };
    if let Err(error) = kept {
        // What was done is done; only a repetition would be done anew.
        tracing::error!(error = %error, "an answer could not be kept for its repetitions");
    }
    done.map(|(answer, _)| answer)
}

async fn run(
    app: &App,
    operation: &'static Operation,
    call: Call,
    ids: &RequestIdsOf,
) -> Result<(Response<Bytes>, Bytes), GraphError> {
    let selected = call.options.select.clone();
    let origin = app.urls.origin().to_owned();
    let path = call.path.clone();
    let reply = (operation.handler)(call).await?;
    Ok(render(operation, reply, selected.as_deref(), &origin, &path, ids))
}

async fn slow_down(app: &App, caller: &Caller, who: &str, pace: Pace) -> Result<(), GraphError> {
    match too_many(app, caller.tenant.id, who, pace).await {
        Ok(None) => Ok(()),
        Ok(Some(wait)) => Err(GraphError::too_many(wait)),
        Err(error) => Err(broken("a limit could not be looked up", &error)),
    }
}

/// The operation at an address, with the parameters of the path. Fixed words go before parameters, and are read in any
/// case, as the original does.
pub fn find(method: &Method, path: &str) -> Result<(&'static Operation, Vec<String>), GraphError> {
    let asked = segments(path).ok_or_else(GraphError::not_found)?;
    let mut found: Vec<(usize, &'static Operation, Vec<String>)> = OPERATIONS
        .iter()
        .flat_map(|operations| operations.iter())
        .filter_map(|operation| {
            let parameters = matching(operation.path, &asked)?;
            Some((parameters.len(), operation, parameters))
        })
        .collect();
    let Some(fewest) = found.iter().map(|(parameters, ..)| *parameters).min() else {
        return Err(GraphError::not_found());
    };
    found.retain(|(parameters, ..)| *parameters == fewest);
    let asked_method = if method == Method::HEAD { &Method::GET } else { method };
    let mut allowed: Vec<&str> = found.iter().map(|(_, operation, _)| operation.method.as_str()).collect();
    match found.into_iter().find(|(_, operation, _)| operation.method.is(asked_method)) {
        Some((_, operation, parameters)) => Ok((operation, parameters)),
        None => {
            allowed.sort_unstable();
            Err(GraphError::wrong_method(allowed.join(", ")))
        }
    }
}

/// The segments below `/v1.0`, decoded once. Keys in parentheses are segments of their own: `users('x')` is `users/x`.
pub fn segments(path: &str) -> Option<Vec<String>> {
    let below = path.strip_prefix(BASE)?.strip_prefix('/')?;
    let mut found = Vec::new();
    for segment in below.split('/') {
        let decoded = percent_decode_str(segment).decode_utf8().ok()?.into_owned();
        if decoded.is_empty() || decoded.chars().any(char::is_control) {
            return None;
        }
        match decoded.strip_suffix("')").and_then(|rest| rest.split_once("('")) {
            Some((name, key)) => found.extend([name.to_owned(), key.to_owned()]),
            None => found.push(decoded),
        }
    }
    Some(found)
}

fn matching(template: &str, asked: &[String]) -> Option<Vec<String>> {
    let parts: Vec<&str> = template.trim_start_matches('/').split('/').collect();
    if parts.len() != asked.len() {
        return None;
    }
    let mut parameters = Vec::new();
    for (part, asked) in parts.iter().zip(asked) {
        // A cast is written with and without the beginning of its namespace.
        let cast = part.strip_prefix("microsoft.").is_some_and(|short| short.eq_ignore_ascii_case(asked));
        if part.starts_with('{') {
            parameters.push(asked.clone());
        } else if !part.eq_ignore_ascii_case(asked) && !cast {
            return None;
        }
    }
    Some(parameters)
}

/// Every property that a query names must be one, and one that this caller may see: a filter answers too.
fn check_names(operation: &Operation, options: &Options, caller: &Caller) -> Result<(), GraphError> {
    let Some(entity) = operation.gives.entity() else { return Ok(()) };
    for name in options.select.iter().flatten() {
        seen(name, entity, caller, "$select")?;
    }
    for (name, _) in &options.order {
        seen(name, entity, caller, "$orderby")?;
    }
    if let Some(filter) = &options.filter {
        evaluate::check(filter, entity)?;
        filtered(filter, entity, caller)?;
    }
    if let Some(search) = &options.search {
        searched(search, entity, caller)?;
    }
    Ok(())
}

/// As the original does, which searches an index that may be behind: scripts that leave the header out here would fail there. The
/// next page of a search that was begun so goes on by its own address.
fn may_be_behind(options: &Options, headers: &HeaderMap) -> Result<(), GraphError> {
    let mut levels = headers.get_all("consistencylevel").iter();
    let eventual = matches!((levels.next(), levels.next()), (Some(level), None) if level.as_bytes().eq_ignore_ascii_case(b"eventual"));
    if options.search.is_none() || options.token.is_some() || eventual {
        return Ok(());
    }
    let message = "Request with $search query parameter only works with the header 'ConsistencyLevel: eventual'.";
    Err(GraphError { target: Some("ConsistencyLevel".to_owned()), ..GraphError::unsupported(message) })
}

fn filtered(filter: &Filter, entity: &Entity, caller: &Caller) -> Result<(), GraphError> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().try_for_each(|part| filtered(part, entity, caller)),
        Filter::Not(part) => filtered(part, entity, caller),
        Filter::Compare { path, .. }
        | Filter::In { path, .. }
        | Filter::Text { path, .. }
        | Filter::AnyOf { path, .. } => seen(path, entity, caller, "$filter"),
    }
}

fn searched(search: &Search, entity: &Entity, caller: &Caller) -> Result<(), GraphError> {
    match search {
        Search::All(parts) | Search::Any(parts) => parts.iter().try_for_each(|part| searched(part, entity, caller)),
        Search::Part { property: Some(name), .. } => seen(name, entity, caller, "$search"),
        Search::Part { property: None, .. } => Ok(()),
    }
}

fn seen(name: &str, entity: &Entity, caller: &Caller, option: &str) -> Result<(), GraphError> {
    let first = name.split('/').next().unwrap_or_default();
    let Some(property) = entity.property(first) else {
        return Err(GraphError::field(option, format!("{} has no property {name}.", entity.name)));
    };
    if property.read.is_empty() || caller.held.has_any(property.read) {
        return Ok(());
    }
    let names: Vec<&str> = property.read.iter().map(|permission| permission.as_str()).collect();
    let message = format!("To see {first}, the caller needs one of: {}.", names.join(", "));
    Err(GraphError { target: Some(option.to_owned()), ..GraphError::denied(message) })
}

async fn read_fields(
    operation: &Operation,
    headers: &HeaderMap,
    body: Body,
    caller: &Caller,
) -> Result<Fields, GraphError> {
    match operation.takes {
        Some(takes) => {
            let sent = body::read(headers, body, takes.limit).await?;
            Fields::check(sent, takes.entity, takes.creating, caller.held)
        }
        None if operation.method == super::operation::Verb::Get => Ok(Fields::default()),
        None if body::is_there(headers) => {
            let sent = body::read(headers, body, body::LIMIT).await?;
            // Clients send an empty object where they must send something.
            match sent.keys().next() {
                None => Ok(Fields::default()),
                Some(name) => Err(GraphError::field(name.clone(), format!("There is no property {name} here."))),
            }
        }
        None => Ok(Fields::default()),
    }
}

fn repetition_key(headers: &HeaderMap) -> Result<Option<String>, GraphError> {
    let mut values = headers.get_all("idempotency-key").iter();
    match (values.next().map(HeaderValue::to_str), values.next()) {
        (None, _) => Ok(None),
        (Some(Ok(key)), None)
            if (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) =>
        {
            Ok(Some(key.to_owned()))
        }
        _ => {
            let message =
                format!("Idempotency-Key has 1 to {LONGEST_KEY} visible ASCII characters, and stands there once.");
            Err(GraphError { target: Some("Idempotency-Key".to_owned()), ..GraphError::bad(message) })
        }
    }
}

/// What of an object is shown: what was selected, or what is shown without being selected.
pub fn shown(entity: &Entity, row: Row, selected: Option<&[String]>) -> Row {
    let mut row = row;
    let wanted = |property: &super::schema::Property| match selected {
        Some(names) => names.iter().any(|name| name.split('/').next() == Some(property.name)),
        None => property.shown,
    };
    let mut kept = Row::new();
    for property in entity.properties.iter().filter(|property| wanted(property)) {
        kept.insert(property.name.to_owned(), row.remove(property.name).unwrap_or(Value::Null));
    }
    kept
}

fn render(
    operation: &Operation,
    reply: Reply,
    selected: Option<&[String]>,
    origin: &str,
    path: &str,
    ids: &RequestIdsOf,
) -> (Response<Bytes>, Bytes) {
    let context = |ending: &str| format!("{origin}{BASE}/$metadata#{}{ending}", operation.set);
    let entity = operation.gives.entity();
    let (status, value) = match reply {
        Reply::One(row) => {
            let made = matches!(operation.gives, Gives::Created(_));
            let id = row.get("id").and_then(Value::as_str).map(str::to_owned);
            let mut whole = Row::new();
            whole.insert("@odata.context".to_owned(), json!(context("/$entity")));
            whole.extend(entity.map(|entity| shown(entity, row, selected)).unwrap_or_default());
            let status = if made { StatusCode::CREATED } else { StatusCode::OK };
            let bytes = Bytes::from(Value::Object(whole).to_string());
            let mut answer = json_answer(status, bytes.clone(), ids);
            let place = id.filter(|_| made).map(|id| format!("{origin}{path}/{id}"));
            if let Some(place) = place.and_then(|place| HeaderValue::from_str(&place).ok()) {
                answer.headers_mut().insert(LOCATION, place);
            }
            return (answer, bytes);
        }
        Reply::List { rows, next, count } => {
            let rows: Vec<Value> = rows
                .into_iter()
                .map(|row| Value::Object(entity.map(|entity| shown(entity, row, selected)).unwrap_or_default()))
                .collect();
            let mut whole = Row::new();
            whole.insert("@odata.context".to_owned(), json!(context("")));
            if let Some(count) = count {
                whole.insert("@odata.count".to_owned(), json!(count));
            }
            if let Some(next) = next {
                whole.insert("@odata.nextLink".to_owned(), json!(next));
            }
            whole.insert("value".to_owned(), Value::Array(rows));
            (StatusCode::OK, Value::Object(whole))
        }
        Reply::Number(number) => {
            let bytes = Bytes::from(number.to_string());
            return (typed(StatusCode::OK, bytes.clone(), "text/plain", ids), bytes);
        }
        Reply::File { bytes, media_type } => {
            let mut answer = typed(StatusCode::OK, bytes.clone(), media_type, ids);
            let headers = answer.headers_mut();
            // What a tenant stored is never run on our origin (decision 1).
            headers
                .insert(http::header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
            headers.insert(http::header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
            return (answer, bytes);
        }
        Reply::Nothing => {
            let mut answer = Response::new(Bytes::new());
            *answer.status_mut() = StatusCode::NO_CONTENT;
            ids.put(answer.headers_mut());
            return (answer, Bytes::new());
        }
    };
    let bytes = Bytes::from(value.to_string());
    (json_answer(status, bytes.clone(), ids), bytes)
}

fn document(ids: &RequestIdsOf, value: Value) -> Response<Bytes> {
    json_answer(StatusCode::OK, Bytes::from(value.to_string()), ids)
}

/// An answer in JSON.
pub fn json_answer(status: StatusCode, bytes: Bytes, ids: &RequestIdsOf) -> Response<Bytes> {
    let media_type =
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
    typed(status, bytes, media_type, ids)
}

fn typed(status: StatusCode, bytes: Bytes, media_type: &'static str, ids: &RequestIdsOf) -> Response<Bytes> {
    let mut answer = Response::new(bytes);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    ids.put(headers);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(HeaderName::from_static("odata-version"), HeaderValue::from_static("4.0"));
    headers.remove(ALLOW);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: &str, path: &str) -> Result<(&'static str, Vec<String>), u16> {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        find(&method, path)
            .map(|(operation, parameters)| (operation.id, parameters))
            .map_err(|error| error.status.as_u16())
    }

    #[test]
    fn addresses_lead_to_their_operation() {
        let one = |text: &str| vec![text.to_owned()];
        assert_eq!(found("GET", "/v1.0/users"), Ok(("users.list", vec![])));
        assert_eq!(found("HEAD", "/v1.0/Users"), Ok(("users.list", vec![])));
        assert_eq!(found("GET", "/v1.0/users/$count"), Ok(("users.count", vec![])));
        assert_eq!(found("GET", "/v1.0/users/abc"), Ok(("users.get", one("abc"))));
        assert_eq!(found("GET", "/v1.0/users('abc')"), Ok(("users.get", one("abc"))));
        assert_eq!(found("GET", "/v1.0/users/a%23EXT%23@b"), Ok(("users.get", one("a#EXT#@b"))));
        for wrong in
            ["/v1.0", "/v1.0/", "/v1.0/users/", "/v1.0//users", "/v1.0/nothing", "/v1.0/users/a/b/c/d/e", "/v1.0/%ff"]
        {
            assert_eq!(found("GET", wrong), Err(404), "{wrong}");
        }
        assert_eq!(found("PUT", "/v1.0/users"), Err(405));
    }

    #[test]
    fn every_operation_is_found_at_its_own_address_and_has_a_name_of_its_own() {
        let mut names = std::collections::BTreeSet::new();
        for operation in OPERATIONS.iter().flat_map(|operations| operations.iter()) {
            assert!(names.insert(operation.id), "{} is there twice", operation.id);
            assert!(!operation.needs.is_empty(), "{} needs nothing", operation.id);
            let path = format!("{BASE}{}", operation.path.replace(['{', '}'], "x"));
            assert_eq!(found(operation.method.as_str(), &path).unwrap().0, operation.id, "{path}");
            if operation.gives.entity().is_some() {
                assert!(!operation.set.is_empty(), "{} has no name for its context", operation.id);
            }
        }
    }
}
