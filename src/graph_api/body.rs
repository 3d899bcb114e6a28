//! Bodies: JSON of bounded size and depth, every field known, of its kind, and allowed to whoever sends it.

use std::time::Duration;

use axum::body::Body as HttpBody;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::{BodyExt, Limited};
use serde_json::{Map, Value};

use super::errors::GraphError;
use super::odata::filter::time;
use super::schema::{Entity, Kind, Property};
use crate::model::Permissions;
use crate::model::{EmailAddress, Timestamp};
use crate::oidc_client::strict_json;

/// Largest body of most operations.
pub const LIMIT: usize = 64 * 1024;

/// So much of a body that is too long is read past its limit, so that its sender reads why.
const PASSED_OVER: usize = 1024 * 1024;

/// Reads a body as one JSON object.
pub async fn read(headers: &HeaderMap, body: HttpBody, limit: usize) -> Result<Map<String, Value>, GraphError> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let one = match (types.next(), types.next()) {
        (Some(one), None) => one.to_str().unwrap_or_default(),
        _ => return Err(GraphError::media_type()),
    };
    if !one.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        return Err(GraphError::media_type());
    }
    let mut body = body;
    match Limited::new(&mut body, limit).collect().await {
        Ok(collected) => parse(&collected.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            pass_over(body).await;
            Err(GraphError::too_large(limit))
        }
        Err(_) => Err(GraphError::bad("The body did not arrive whole.")),
    }
}

/// Reads on for a while without keeping anything: who still sends when the connection ends sees no answer.
async fn pass_over(mut body: HttpBody) {
    let mut left = PASSED_OVER;
    while let Some(Ok(frame)) = body.frame().await {
        left = left.saturating_sub(frame.data_ref().map_or(0, bytes::Bytes::len));
        if left == 0 {
            return;
        }
    }
}

/// Whether the request brings a body at all.
pub fn is_there(headers: &HeaderMap) -> bool {
    let length = headers.get(http::header::CONTENT_LENGTH).map(|value| value.as_bytes() != b"0");
    length
        .unwrap_or_else(|| headers.contains_key(http::header::TRANSFER_ENCODING) || headers.contains_key(CONTENT_TYPE))
}

fn parse(bytes: &[u8]) -> Result<Map<String, Value>, GraphError> {
    strict_json::object(bytes).map_err(|words| GraphError::bad(format!("The body {words}.")))
}

/// A checked body: every field is one that the client may send here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Checks a body against what `entity` takes when an object is made (`creating`) or changed.
    pub fn check(
        sent: Map<String, Value>,
        entity: &'static Entity,
        creating: bool,
        held: Permissions,
    ) -> Result<Self, GraphError> {
        checked(sent, entity, creating, Some(held), "").map(Self)
    }

    /// Whether the client sent it, be it as null.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether the client sent nothing at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whatever a property holds; null as well.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// True or false.
    pub fn truth(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }

    /// An e-mail address.
    pub fn address(&self, name: &str) -> Option<EmailAddress> {
        self.text(name).and_then(|text| text.parse().ok())
    }

    /// A point in time.
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        self.text(name).and_then(time)
    }

    /// Texts.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let items = self.0.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// An object.
    pub fn object(&self, name: &str) -> Self {
        Self(self.0.get(name).and_then(Value::as_object).cloned().unwrap_or_default())
    }

    /// Objects.
    pub fn objects(&self, name: &str) -> Vec<Self> {
        let items = self.0.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        items.iter().filter_map(Value::as_object).cloned().map(Self).collect()
    }

    /// The body in one spelling, to tell one request from another.
    pub fn canonical(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }
}

fn checked(
    sent: Map<String, Value>,
    entity: &'static Entity,
    creating: bool,
    held: Option<Permissions>,
    within: &str,
) -> Result<Map<String, Value>, GraphError> {
    let mut kept = Map::new();
    for (name, value) in sent {
        let full = format!("{within}{name}");
        let Some(property) = entity.property(&name) else {
            // Clients say of which type an object is; the schema knows better.
            if name == "@odata.type" && value.is_string() {
                continue;
            }
            return Err(GraphError::field(full.clone(), format!("{} has no property {full}.", entity.name)));
        };
        if !property.access.allows(creating) {
            return Err(GraphError::field(full.clone(), format!("The property {full} cannot be set here.")));
        }
        // What is left as it would be anyway has no effect.
        let idle = creating && matches!(value, Value::Null | Value::Bool(false));
        if let Some(held) = held
            && !idle
            && !property.write.is_empty()
            && !held.has_any(property.write)
        {
            let names: Vec<&str> = property.write.iter().map(|permission| permission.as_str()).collect();
            let message = format!("To set {full}, the caller needs one of: {}.", names.join(", "));
            return Err(GraphError { target: Some(full), ..GraphError::denied(message) });
        }
        kept.insert(name, fitting(value, property, creating, held, &full)?);
    }
    if creating {
        let missing = entity.properties.iter().find(|property| {
            property.access == super::schema::Access::Required && kept.get(property.name).is_none_or(Value::is_null)
        });
        if let Some(property) = missing {
            let full = format!("{within}{}", property.name);
            return Err(GraphError::field(full.clone(), format!("The property {full} is required.")));
        }
    }
    Ok(kept)
}

fn fitting(
    value: Value,
    property: &Property,
    creating: bool,
    held: Option<Permissions>,
    full: &str,
) -> Result<Value, GraphError> {
    let fault = |words: &str| Err(GraphError::field(full, format!("The property {full} must be {words}.")));
    if value.is_null() {
        return if property.nullable { Ok(value) } else { fault("there, or left out; it cannot be null") };
    }
    match (property.kind, value) {
        (Kind::Text(most), Value::String(text)) => {
            if text.chars().count() > most {
                fault(&format!("at most {most} characters long"))
            } else {
                Ok(text.into())
            }
        }
        (Kind::Word(words), Value::String(text)) => {
            if words.contains(&text.as_str()) {
                Ok(text.into())
            } else {
                fault(&format!("one of {}", words.join(", ")))
            }
        }
        (Kind::Guid, Value::String(text)) => {
            let is_guid = text.len() == 36 && uuid::Uuid::try_parse(&text).is_ok();
            if is_guid { Ok(text.to_ascii_lowercase().into()) } else { fault("a GUID with hyphens") }
        }
        (Kind::Address, Value::String(text)) => match text.parse::<EmailAddress>() {
            Ok(address) => Ok(address.to_string().into()),
            Err(error) => fault(&format!("an e-mail address: {error}")),
        },
        (Kind::Url, Value::String(text)) => {
            if text.len() <= 2048 && url::Url::parse(&text).is_ok() {
                Ok(text.into())
            } else {
                fault("a complete URL")
            }
        }
        (Kind::Time, Value::String(text)) => {
            if time(&text).is_some() {
                Ok(text.into())
            } else {
                fault("a time such as 2026-11-28T08:00:00Z")
            }
        }
        (Kind::Span, Value::String(text)) => {
            if span(&text).is_some() {
                Ok(text.into())
            } else {
                fault("a span of days such as P90D")
            }
        }
        (Kind::Bytes, Value::String(text)) => match data_encoding::BASE64.decode(text.as_bytes()) {
            Ok(_) => Ok(text.into()),
            Err(_) => fault("base64"),
        },
        (Kind::Truth, Value::Bool(truth)) => Ok(truth.into()),
        (Kind::Number, Value::Number(number)) if number.is_i64() => Ok(Value::Number(number)),
        (Kind::Object(entity), Value::Object(inner)) => {
            checked(inner, entity, creating, held, &format!("{full}/")).map(Value::Object)
        }
        (Kind::Texts(most), Value::Array(items)) => {
            let fits =
                items.len() <= most && items.iter().all(|item| item.as_str().is_some_and(|text| text.len() <= 512));
            if fits { Ok(Value::Array(items)) } else { fault(&format!("a list of at most {most} texts")) }
        }
        (Kind::Addresses(most), Value::Array(items)) => {
            let is_address = |item: &Value| item.as_str().is_some_and(|text| text.parse::<EmailAddress>().is_ok());
            let fits = items.len() <= most && items.iter().all(is_address);
            if fits { Ok(Value::Array(items)) } else { fault(&format!("a list of at most {most} e-mail addresses")) }
        }
        (Kind::Objects(entity, most), Value::Array(items)) => {
            if items.len() > most {
                return fault(&format!("a list of at most {most}"));
            }
            let mut kept = Vec::with_capacity(items.len());
            for item in items {
                let Value::Object(inner) = item else { return fault("a list of objects") };
                kept.push(Value::Object(checked(inner, entity, creating, held, &format!("{full}/"))?));
            }
            Ok(Value::Array(kept))
        }
        (kind, _) => fault(kind_words(kind)),
    }
}

fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Truth => "true or false",
        Kind::Number => "a whole number",
        Kind::Object(_) => "an object",
        Kind::Texts(_) | Kind::Addresses(_) | Kind::Objects(..) => "a list",
        _ => "a text",
    }
}

/// A span of whole days, weeks or years out of ISO 8601, as `P90D`.
pub fn span(text: &str) -> Option<Duration> {
    let (number, unit) = text.strip_prefix('P')?.split_at_checked(text.len().checked_sub(2)?)?;
    let number: u64 = number.parse().ok().filter(|number| (1..=10_000).contains(number))?;
    let days = match unit {
        "D" => number,
        "W" => number.checked_mul(7)?,
        "Y" => number.checked_mul(365)?,
        _ => return None,
    };
    Some(Duration::from_secs(days.checked_mul(86_400)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::graph_api::schema::{Access, Kind, Property};
    use crate::model::Permission;

    const INNER: Entity = Entity {
        name: "inner",
        properties: &[Property::of("note", Kind::Text(5), "A note.").or_null().sent(Access::Write)],
    };
    const THING: Entity = Entity {
        name: "thing",
        properties: &[
            Property::of("id", Kind::Guid, "Its id."),
            Property::of("name", Kind::Text(5), "Its name.").sent(Access::Required),
            Property::of("mail", Kind::Address, "Its mail.").or_null().sent(Access::Update),
            Property::of("admin", Kind::Truth, "Power.").sent(Access::Write).sent_by(&[Permission::RoleManagement]),
            Property::of("parts", Kind::Objects(&INNER, 2), "Its parts.").sent(Access::Write),
        ],
    };

    fn check(value: Value, creating: bool, held: &[Permission]) -> Result<Fields, (u16, Option<String>)> {
        let sent = value.as_object().cloned().unwrap();
        let held = held.iter().copied().collect();
        Fields::check(sent, &THING, creating, held).map_err(|error| (error.status.as_u16(), error.target))
    }

    #[test]
    fn m1_unknown_read_only_and_mistyped_fields_are_refused_by_name() {
        let named = |name: &str| Err((400, Some(name.to_owned())));
        for (value, name) in [
            (json!({ "name": "a", "tenantId": "x" }), "tenantId"),
            (json!({ "name": "a", "Name": "b" }), "Name"),
            (json!({ "name": "a", "id": "c0a70500-0000-4000-8000-000000000001" }), "id"),
            (json!({ "name": "a", "mail": "a@b.example" }), "mail"),
            (json!({ "name": 5 }), "name"),
            (json!({ "name": ["a"] }), "name"),
            (json!({ "name": "abcdef" }), "name"),
            (json!({ "name": null }), "name"),
            (json!({}), "name"),
            (json!({ "name": "a", "parts": {} }), "parts"),
            (json!({ "name": "a", "parts": [{}, {}, {}] }), "parts"),
            (json!({ "name": "a", "parts": [{ "redeemed": true }] }), "parts/redeemed"),
            (json!({ "name": "a", "parts": [{ "note": 1 }] }), "parts/note"),
            (json!({ "name": "a", "__proto__": {} }), "__proto__"),
        ] {
            assert_eq!(check(value.clone(), true, &[]), named(name), "{value}");
        }
        let fine = json!({ "name": "a", "@odata.type": "#microsoft.graph.thing", "parts": [{ "note": null }] });
        assert!(check(fine, true, &[]).is_ok());
        assert_eq!(check(json!({ "name": "a" }), false, &[]), named("name"), "only when it is made");
        assert!(check(json!({ "mail": null }), false, &[]).is_ok());
        assert_eq!(check(json!({ "mail": "no address" }), false, &[]), named("mail"));
    }

    #[test]
    fn c4_a_field_with_an_effect_of_its_own_wants_its_own_permission() {
        let sent = || json!({ "name": "a", "admin": true });
        for held in Permission::ALL {
            let allowed = *held == Permission::RoleManagement;
            let outcome = check(sent(), true, &[*held]);
            assert_eq!(outcome.is_ok(), allowed, "{held}");
            if !allowed {
                assert_eq!(outcome, Err((403, Some("admin".to_owned()))));
            }
        }
    }

    #[test]
    fn m1_a_body_is_one_unambiguous_object_of_bounded_depth() {
        for wrong in ["", "[]", "5", "{", "{\"a\":1,\"a\":2}", "{} {}", "{\"a\":NaN}", "\u{feff}{}"] {
            assert_eq!(parse(wrong.as_bytes()).unwrap_err().status.as_u16(), 400, "{wrong}");
        }
        let nested = |depth: usize| format!("{}{{}}{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        assert!(parse(nested(8).as_bytes()).is_ok());
        assert!(parse(nested(20).as_bytes()).is_err());
        assert!(parse("[".repeat(60_000).as_bytes()).is_err());
    }

    #[test]
    fn spans_are_whole_days() {
        assert_eq!(span("P90D"), Some(Duration::from_secs(90 * 86_400)));
        assert_eq!(span("P2W"), Some(Duration::from_secs(14 * 86_400)));
        for wrong in ["", "P", "D", "90D", "P0D", "P-1D", "PT5M", "P1.5D", "P99999D", "PÄD", "P1Ä"] {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }
}
