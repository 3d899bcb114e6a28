//! What arrived at an app, for people and for programs.

use axum::body::Body;
use data_encoding::HEXLOWER;
use http::request::Parts;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};

use super::assertion::Checked;
use super::{App, Sample, Visitor};

/// Everything about one request.
pub(super) struct Report {
    pub sample: Sample,
    pub method: String,
    pub path: String,
    pub query: Option<String>,
    pub version: String,
    pub headers: Vec<(String, String)>,
    pub body_bytes: u64,
    pub body_sha256: String,
    pub visitor: Visitor,
    pub assertion: Checked,
}

/// Headers that say who is there; the rest are ordinary ones.
const IDENTITY: [&str; 5] = [
    "x-forwarded-user",
    "x-forwarded-email",
    "x-forwarded-groups",
    "x-forwarded-preferred-username",
    "vestibule-assertion",
];
const IDENTITY_FAMILIES: [&str; 3] = ["x-auth-request-", "remote-", "x-vestibule-"];

impl Report {
    /// Reads the request to its end, without keeping its body.
    pub(super) async fn of(app: &App, parts: &Parts, body: Body) -> Self {
        let (body_bytes, body_sha256) = measure(body).await;
        Self {
            sample: app.sample,
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            version: format!("{:?}", parts.version),
            headers: readable(&parts.headers),
            body_bytes,
            body_sha256,
            visitor: app.visitor(&parts.headers),
            assertion: app.checker.check(&parts.headers).await,
        }
    }

    pub(super) fn identity(&self) -> Vec<&(String, String)> {
        self.headers.iter().filter(|(name, _)| is_identity(name)).collect()
    }

    pub(super) fn others(&self) -> Vec<&(String, String)> {
        self.headers.iter().filter(|(name, _)| !is_identity(name)).collect()
    }

    /// For programs: each header with all its values.
    pub(super) fn json(&self) -> Value {
        let mut headers: Map<String, Value> = Map::new();
        for (name, value) in &self.headers {
            if let Value::Array(values) = headers.entry(name.clone()).or_insert_with(|| json!([])) {
                values.push(json!(value));
            }
        }
        json!({
            "app": format!("{:?}", self.sample),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "version": self.version,
            "headers": headers,
            "body": {"bytes": self.body_bytes, "sha256": self.body_sha256},
            "email": self.visitor.email,
            "tenant": self.visitor.tenant,
            "tenant_name": self.visitor.tenant_name,
            "assertion": self.assertion.json(),
        })
    }
}

/// Whether the sender rather has JSON: it says so in the query or in `Accept`.
pub(super) fn wants_json(parts: &Parts) -> bool {
    let asked = parts.uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "format=json"));
    let accept = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    asked || (accept.contains("application/json") && !accept.contains("text/html"))
}

fn is_identity(name: &str) -> bool {
    IDENTITY.contains(&name) || IDENTITY_FAMILIES.iter().any(|family| name.starts_with(family))
}

fn readable(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes()))).collect()
}

/// Length and SHA-256 of a body of any size.
async fn measure(mut body: Body) -> (u64, String) {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    let mut bytes = 0_u64;
    while let Some(Ok(frame)) = body.frame().await {
        if let Ok(data) = frame.into_data() {
            bytes += data.len() as u64;
            context.update(&data);
        }
    }
    (bytes, HEXLOWER.encode(context.finish().as_ref()))
}
