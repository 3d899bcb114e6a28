//! Filters, searches and orders on objects that are at hand anyway: the configuration, never users.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::filter::{Comparison, Filter, Literal, Part, time};
use super::search::Search;
use crate::graph_api::errors::GraphError;
use crate::graph_api::schema::Entity;

/// Checks that every property of a filter is one of the entity.
pub fn check(filter: &Filter, entity: &Entity) -> Result<(), GraphError> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().try_for_each(|part| check(part, entity)),
        Filter::Not(part) => check(part, entity),
        Filter::Compare { path, .. } | Filter::In { path, .. } | Filter::Text { path, .. } => known(path, entity),
        Filter::AnyOf { path, .. } => known(path, entity),
    }
}

/// Checks that a property exists.
pub fn known(path: &str, entity: &Entity) -> Result<(), GraphError> {
    let first = path.split('/').next().unwrap_or_default();
    match entity.property(first) {
        Some(_) => Ok(()),
        None => Err(GraphError::field(path, format!("{} has no property {path}.", entity.name))),
    }
}

/// Whether an object passes a filter.
pub fn passes(filter: &Filter, object: &Map<String, Value>) -> bool {
    judged(filter, &Value::Object(object.clone()))
}

fn judged(filter: &Filter, here: &Value) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| judged(part, here)),
        Filter::Any(parts) => parts.iter().any(|part| judged(part, here)),
        Filter::Not(part) => !judged(part, here),
        Filter::Compare { path, by, value } => compared(at(here, path), *by, value),
        Filter::In { path, values } => {
            let found = at(here, path);
            values.iter().any(|value| compared(found, Comparison::Equal, value))
        }
        Filter::Text { path, part, value } => at(here, path).as_str().is_some_and(|text| {
            let (text, value) = (text.to_ascii_lowercase(), value.to_ascii_lowercase());
            match part {
                Part::Start => text.starts_with(&value),
                Part::End => text.ends_with(&value),
                Part::Anywhere => text.contains(&value),
            }
        }),
        Filter::AnyOf { path, test } => {
            let items = at(here, path).as_array().map(Vec::as_slice).unwrap_or_default();
            items.iter().any(|item| test.as_ref().is_none_or(|test| judged(test, item)))
        }
    }
}

fn at<'a>(here: &'a Value, path: &str) -> &'a Value {
    static NOTHING: Value = Value::Null;
    if path.is_empty() {
        return here;
    }
    path.split('/').fold(here, |here, step| here.get(step).unwrap_or(&NOTHING))
}

fn compared(found: &Value, by: Comparison, value: &Literal) -> bool {
    match by {
        Comparison::Equal => ordered(found, value) == Some(Ordering::Equal),
        Comparison::NotEqual => ordered(found, value) != Some(Ordering::Equal),
        Comparison::Less => ordered(found, value) == Some(Ordering::Less),
        Comparison::LessOrEqual => matches!(ordered(found, value), Some(Ordering::Less | Ordering::Equal)),
        Comparison::Greater => ordered(found, value) == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => matches!(ordered(found, value), Some(Ordering::Greater | Ordering::Equal)),
    }
}

/// Values of different kinds stand in no order.
fn ordered(found: &Value, value: &Literal) -> Option<Ordering> {
    match (found, value) {
        (Value::Null, Literal::Null) => Some(Ordering::Equal),
        (Value::Bool(one), Literal::Truth(other)) => Some(one.cmp(other)),
        (Value::Number(one), Literal::Number(other)) => one.as_i64().map(|one| one.cmp(other)),
        (Value::String(one), Literal::Text(other)) => Some(one.to_ascii_lowercase().cmp(&other.to_ascii_lowercase())),
        (Value::String(one), Literal::Time(other)) => time(one).map(|one| one.seconds().cmp(&other.seconds())),
        _ => None,
    }
}

/// Whether an object has what is searched for: in the property that is named, or in its name.
pub fn found(search: &Search, object: &Map<String, Value>) -> bool {
    match search {
        Search::All(parts) => parts.iter().all(|part| found(part, object)),
        Search::Any(parts) => parts.iter().any(|part| found(part, object)),
        Search::Part { property, text } => {
            let within = object.get(property.as_deref().unwrap_or("displayName")).and_then(Value::as_str);
            within.is_some_and(|within| within.to_ascii_lowercase().contains(&text.to_ascii_lowercase()))
        }
    }
}

/// How two objects stand in an order.
pub fn order(by: &[(String, bool)], one: &Map<String, Value>, other: &Map<String, Value>) -> Ordering {
    for (name, descending) in by {
        let text = |object: &Map<String, Value>| match object.get(name) {
            Some(Value::String(text)) => text.to_lowercase(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let order = text(one).cmp(&text(other));
        if order != Ordering::Equal {
            return if *descending { order.reverse() } else { order };
        }
    }
    Ordering::Equal
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object() -> Map<String, Value> {
        let value = json!({
            "displayName": "Wiki", "appId": "c0a70500-0000-4000-8000-0000000000b1", "enabled": true, "size": 5,
            "note": null, "createdDateTime": "2026-11-28T08:00:00Z",
            "roles": [{ "value": "Reader", "id": "1" }, { "value": "Editor", "id": "2" }], "tags": ["a", "b"],
            "info": { "termsUrl": "https://x.example" },
        });
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn a_filter_reads_as_it_does_in_the_original() {
        for (text, passes_it) in [
            ("displayName eq 'wiki'", true),
            ("displayName ne 'wiki'", false),
            ("note eq null", true),
            ("missing ne 'x'", true),
            ("missing eq 'x'", false),
            ("not (missing gt 5)", true),
            ("enabled eq true and size ge 5 and size lt 6", true),
            ("size gt 'a'", false),
            ("createdDateTime gt 2026-11-01", true),
            ("createdDateTime le 2026-11-28T08:00:00Z", true),
            ("roles/any(r:r/value eq 'Editor')", true),
            ("roles/any(r:r/value eq 'Editor' and r/id eq '1')", false),
            ("tags/any(t:t eq 'b')", true),
            ("tags/any()", true),
            ("note/any()", false),
            ("info/termsUrl eq 'https://x.example'", true),
            ("displayName in ('Desk','WIKI')", true),
            ("startsWith(displayName,'wi') and endsWith(displayName,'KI') and contains(displayName,'ik')", true),
            ("appId eq c0a70500-0000-4000-8000-0000000000b1", true),
        ] {
            assert_eq!(passes(&Filter::parse(text).unwrap(), &object()), passes_it, "{text}");
        }
    }

    #[test]
    fn a_search_looks_into_the_name_unless_told_otherwise() {
        for (text, is) in [("\"wik\"", true), ("\"appId:00b1\"", true), ("\"x\"", false), ("\"note:x\"", false)] {
            assert_eq!(found(&Search::parse(text).unwrap(), &object()), is, "{text}");
        }
    }
}
