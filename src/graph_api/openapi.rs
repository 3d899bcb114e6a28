//! The description of the API in OpenAPI 3.1, made from the table of operations and the schemas: it cannot say anything else.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::asking::{filter_pattern, orders, search_pattern};
use super::odata::{MOST, MOST_SELECTED, MOST_SKIPPED, QueryOption};
use super::operation::{Delegated, Gives, Operation};
use super::schema::{Access, Entity, Kind, Property};
use super::{BASE, OPERATIONS, batch};
use crate::model::Permission;

/// Where it is served, without a token.
pub const PATH: &str = "/v1.0/openapi.json";

/// The description, for a server at `origin`.
pub fn document(origin: &str) -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut schemas = BTreeMap::new();
    for operation in OPERATIONS.iter().flat_map(|operations| operations.iter()) {
        let method = operation.method.as_str().to_ascii_lowercase();
        paths.entry(operation.path).or_default().insert(method, described(operation, &mut schemas));
    }
    paths.entry(batch::PATH).or_default().insert("post".to_owned(), batch::described());
    schemas.insert("error".to_owned(), error_schema());
    let scopes: Map<String, Value> =
        Permission::ALL.iter().map(|one| (one.as_str().to_owned(), json!(one.sentence()))).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Vestibule admin API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Guests, invitations and what belongs to them, shaped as a subset of Microsoft Graph v1.0. \
                The tenant comes from the access token and from nothing else. Objects of another tenant answer as \
                objects that do not exist.",
        },
        "servers": [{ "url": format!("{origin}{BASE}") }],
        "security": [{ "accessToken": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "accessToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An access token of the tenant, by client credentials or for an administrator.",
                    "x-permissions": scopes,
                },
            },
        },
    })
}

fn described(operation: &Operation, schemas: &mut BTreeMap<String, Value>) -> Value {
    let mut parameters: Vec<Value> = operation
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{').and_then(|name| name.strip_suffix('}')))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } }))
        .collect();
    parameters.extend(operation.query.iter().map(|option| option_parameter(*option, operation)));
    if operation.query.contains(&QueryOption::Search) {
        parameters.push(json!({
            "name": "ConsistencyLevel", "in": "header", "schema": { "type": "string" },
            "description": "With $search it must be there, as in the original, although no answer here is older than the request; \
                            elsewhere it is taken and not needed.",
        }));
    }
    if operation.repeatable {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header",
            "schema": { "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$" },
            "description": "The same key and body within 24 hours give the same answer, and do nothing twice.",
        }));
    }
    let needs: Vec<&str> = operation.needs.iter().map(|permission| permission.as_str()).collect();
    let mut whole = json!({
        "operationId": operation.id,
        "summary": operation.words,
        "parameters": parameters,
        "responses": responses(operation, schemas),
        "x-permissions": needs,
        "x-delegated": match operation.delegated {
            Delegated::Admin => "administrators",
            Delegated::Anybody => "users",
            Delegated::UserOnly => "users only",
        },
    });
    if let (Some(whole), Some(takes)) = (whole.as_object_mut(), operation.takes) {
        let schema = body_schema(takes.entity, takes.creating);
        whole.insert(
            "requestBody".to_owned(),
            json!({ "required": true, "content": { "application/json": { "schema": schema } } }),
        );
    }
    whole
}

fn option_parameter(option: QueryOption, operation: &Operation) -> Value {
    let (entity, asking) = (operation.gives.entity(), operation.asking);
    let listed = |names: Vec<String>, most: usize| json!({ "type": "array", "items": { "type": "string", "enum": names }, "minItems": 1, "maxItems": most });
    let (schema, words) = match option {
        QueryOption::Select => {
            let names = entity.map(|entity| entity.properties.iter().map(|one| one.name.to_owned()).collect());
            (listed(names.unwrap_or_default(), MOST_SELECTED), "Names of the properties to show, separated by commas.")
        }
        QueryOption::Filter => (
            json!({ "type": "string", "maxLength": 1024, "pattern": filter_pattern(entity, asking) }),
            "A filter. The pattern shows comparisons in a row; `not`, parentheses, and texts of any characters and length \
             are understood as well, and ten comparisons at most.",
        ),
        QueryOption::Search => (
            json!({ "type": "string", "maxLength": 512, "pattern": search_pattern(entity, asking) }),
            "Parts of texts, each in double quotes, which may hold other characters than the pattern shows.",
        ),
        QueryOption::OrderBy => {
            let (names, most) = orders(entity, asking);
            (listed(names, most), "Properties, each with asc or desc or nothing, separated by commas.")
        }
        QueryOption::Top => (json!({ "type": "integer", "minimum": 1, "maximum": MOST }), "Rows of one page."),
        QueryOption::Skip => {
            (json!({ "type": "integer", "minimum": 0, "maximum": MOST_SKIPPED }), "Rows to pass over.")
        }
        QueryOption::Count => (json!({ "type": "boolean" }), "Whether to count all rows."),
    };
    let mut parameter = json!({ "name": option.as_str(), "in": "query", "schema": schema, "description": words });
    if let (QueryOption::Select | QueryOption::OrderBy, Some(parameter)) = (option, parameter.as_object_mut()) {
        // One value with commas in it.
        parameter.insert("style".to_owned(), json!("form"));
        parameter.insert("explode".to_owned(), json!(false));
    }
    parameter
}

fn responses(operation: &Operation, schemas: &mut BTreeMap<String, Value>) -> Value {
    let mut reference = |entity: &'static Entity| {
        add_schema(entity, schemas);
        json!({ "$ref": format!("#/components/schemas/{}", entity.name) })
    };
    let content = |schema: Value| json!({ "application/json": { "schema": schema } });
    let (status, words, content) = match operation.gives {
        Gives::One(entity) => ("200", "The object.", Some(content(reference(entity)))),
        Gives::Created(entity) => ("201", "The object, made now.", Some(content(reference(entity)))),
        Gives::List(entity) => {
            let item = reference(entity);
            let page = json!({
                "type": "object",
                "required": ["@odata.context", "value"],
                "properties": {
                    "@odata.context": { "type": "string" },
                    "@odata.count": { "type": "integer" },
                    "@odata.nextLink": { "type": "string" },
                    "value": { "type": "array", "items": item },
                },
            });
            ("200", "A page of objects.", Some(content(page)))
        }
        Gives::Number => ("200", "A number.", Some(json!({ "text/plain": { "schema": { "type": "string" } } }))),
        Gives::File => ("200", "A file.", Some(json!({ "*/*": { "schema": {} } }))),
        Gives::Nothing => ("204", "Done.", None),
    };
    let mut done = json!({ "description": words });
    if let (Some(done), Some(content)) = (done.as_object_mut(), content) {
        done.insert("content".to_owned(), content);
    }
    let mut all = Map::new();
    all.insert(status.to_owned(), done);
    all.extend(refusals());
    Value::Object(all)
}

/// What every operation may answer instead.
pub fn refusals() -> Map<String, Value> {
    let refusal = json!({
        "description": "Refused; error.code and error.message say why, error.target names the field.",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/error" } } },
    });
    [("4XX", refusal.clone()), ("503", refusal)]
        .map(|(status, refusal)| (status.to_owned(), refusal))
        .into_iter()
        .collect()
}

/// What is shown of an object. Nothing is required, for `$select` takes away what it does not name.
fn add_schema(entity: &'static Entity, schemas: &mut BTreeMap<String, Value>) {
    if schemas.contains_key(entity.name) {
        return;
    }
    schemas.insert(entity.name.to_owned(), Value::Null);
    let properties: Map<String, Value> =
        entity.properties.iter().map(|property| (property.name.to_owned(), shown(property, schemas))).collect();
    schemas.insert(entity.name.to_owned(), json!({ "type": "object", "properties": properties }));
}

fn shown(property: &Property, schemas: &mut BTreeMap<String, Value>) -> Value {
    let mut reference = |entity: &'static Entity| {
        add_schema(entity, schemas);
        json!({ "$ref": format!("#/components/schemas/{}", entity.name) })
    };
    let schema = match property.kind {
        Kind::Object(entity) => reference(entity),
        Kind::Objects(entity, _) => json!({ "type": "array", "items": reference(entity) }),
        // How many there may be is a limit on what is sent.
        Kind::Texts(_) | Kind::Addresses(_) => json!({ "type": "array", "items": { "type": "string" } }),
        other => plain(other),
    };
    finished(schema, property)
}

/// What a client may send: only that, and nothing else.
fn body_schema(entity: &'static Entity, creating: bool) -> Value {
    let sent = || entity.properties.iter().filter(|property| property.access.allows(creating));
    let mut properties: Map<String, Value> = sent()
        .map(|property| {
            let schema = match property.kind {
                Kind::Object(inner) => body_schema(inner, creating),
                Kind::Objects(inner, most) => {
                    json!({ "type": "array", "maxItems": most, "items": body_schema(inner, creating) })
                }
                other => match property.pattern {
                    Some(pattern) => looking_like(plain(other), pattern),
                    None => plain(other),
                },
            };
            // What must be there is never null.
            let required = creating && property.access == Access::Required;
            (
                property.name.to_owned(),
                finished(schema, &Property { nullable: property.nullable && !required, ..*property }),
            )
        })
        .collect();
    properties.insert("@odata.type".to_owned(), json!({ "type": "string" }));
    let required: Vec<&str> = sent()
        .filter(|property| creating && property.access == Access::Required)
        .map(|property| property.name)
        .collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties, "required": required })
}

/// Of a list, each text in it.
fn looking_like(mut schema: Value, pattern: &str) -> Value {
    let text = if schema.get("items").is_some() { schema.get_mut("items") } else { Some(&mut schema) };
    if let Some(schema) = text.and_then(Value::as_object_mut) {
        schema.remove("format");
        schema.insert("pattern".to_owned(), json!(pattern));
    }
    schema
}

fn finished(schema: Value, property: &Property) -> Value {
    let mut schema = if property.nullable { json!({ "anyOf": [schema, { "type": "null" }] }) } else { schema };
    if let Some(schema) = schema.as_object_mut().filter(|schema| !schema.contains_key("$ref")) {
        schema.insert("description".to_owned(), json!(property.words));
        if !property.write.is_empty() {
            let names: Vec<&str> = property.write.iter().map(|permission| permission.as_str()).collect();
            schema.insert("x-permissions".to_owned(), json!(names));
        }
        if !property.shown {
            schema.insert("x-on-select".to_owned(), json!(true));
        }
    }
    schema
}

fn plain(kind: Kind) -> Value {
    match kind {
        Kind::Text(most) => json!({ "type": "string", "maxLength": most }),
        Kind::Word(words) => json!({ "type": "string", "enum": words }),
        Kind::Guid => json!({ "type": "string", "format": "uuid" }),
        Kind::Address => json!({ "type": "string", "format": "email", "maxLength": 254 }),
        Kind::Url => json!({ "type": "string", "format": "uri", "maxLength": 2048 }),
        Kind::Time => json!({ "type": "string", "format": "date-time" }),
        Kind::Span => json!({ "type": "string", "format": "duration" }),
        Kind::Truth => json!({ "type": "boolean" }),
        Kind::Number => json!({ "type": "integer" }),
        Kind::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
        Kind::Texts(most) => {
            json!({ "type": "array", "maxItems": most, "items": { "type": "string", "maxLength": 512 } })
        }
        Kind::Addresses(most) => {
            json!({ "type": "array", "maxItems": most, "items": { "type": "string", "format": "email", "maxLength": 254 } })
        }
        Kind::Object(_) | Kind::Objects(..) => json!({ "type": "object" }),
    }
}

fn error_schema() -> Value {
    json!({
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "code": { "type": "string" },
                    "message": { "type": "string" },
                    "target": { "type": "string" },
                    "innerError": {
                        "type": "object",
                        "required": ["date", "request-id", "client-request-id"],
                        "properties": {
                            "date": { "type": "string" },
                            "request-id": { "type": "string" },
                            "client-request-id": { "type": "string" },
                            "retry-after": { "type": "integer" },
                        },
                    },
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever changes the API sees what clients will see.
    #[test]
    fn the_description_is_the_one_that_was_looked_at() {
        let mut document = document("https://login.example");
        document["info"]["version"] = json!("[version]");
        insta::assert_json_snapshot!("openapi", document);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document("https://login.example");
        let text = document.to_string();
        let names: Vec<&str> =
            text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert!(names.len() > 50);
        for name in names {
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
    }
}
