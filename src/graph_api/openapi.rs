//! The description of the API in OpenAPI 3.1, made from the table of operations and the schemas: it cannot say anything else.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::odata::{MOST, MOST_SKIPPED, QueryOption};
use super::operation::{Delegated, Gives, Operation};
use super::permissions::Permission;
use super::schema::{Access, Entity, Kind, Property};
use super::{BASE, OPERATIONS};

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
    parameters.extend(operation.query.iter().map(|option| option_parameter(*option)));
    if operation.query.contains(&QueryOption::Search) {
        parameters.push(json!({
            "name": "ConsistencyLevel", "in": "header", "schema": { "type": "string", "enum": ["eventual"] },
            "description": "Needed with $search.",
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

fn option_parameter(option: QueryOption) -> Value {
    let (schema, words) = match option {
        QueryOption::Select => (json!({ "type": "string" }), "Names of the properties to show, separated by commas."),
        QueryOption::Filter => (json!({ "type": "string", "maxLength": 1024 }), "A filter; ten comparisons at most."),
        QueryOption::Search => {
            (json!({ "type": "string", "maxLength": 512 }), "Parts of texts, each in double quotes.")
        }
        QueryOption::OrderBy => (json!({ "type": "string" }), "A property, and asc or desc."),
        QueryOption::Top => (json!({ "type": "integer", "minimum": 1, "maximum": MOST }), "Rows of one page."),
        QueryOption::Skip => {
            (json!({ "type": "integer", "minimum": 0, "maximum": MOST_SKIPPED }), "Rows to pass over.")
        }
        QueryOption::Count => (json!({ "type": "boolean" }), "Whether to count all rows."),
    };
    json!({ "name": option.as_str(), "in": "query", "schema": schema, "description": words })
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
    let refusal = json!({
        "description": "Refused; error.code and error.message say why, error.target names the field.",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/error" } } },
    });
    all.insert("4XX".to_owned(), refusal.clone());
    all.insert("503".to_owned(), refusal);
    Value::Object(all)
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
        Kind::Objects(entity, most) => json!({ "type": "array", "maxItems": most, "items": reference(entity) }),
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
                other => plain(other),
            };
            (property.name.to_owned(), finished(schema, property))
        })
        .collect();
    properties.insert("@odata.type".to_owned(), json!({ "type": "string" }));
    let required: Vec<&str> = sent()
        .filter(|property| creating && property.access == Access::Required)
        .map(|property| property.name)
        .collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties, "required": required })
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
                "required": ["code", "message", "innerError"],
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
