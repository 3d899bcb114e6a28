//! A program that calls the admin API of a whole demo in this process. Its tokens are words: what they say is believed, so
//! that these tests are about what the API does with a caller; how tokens are verified is tested where they are made.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use data_encoding::BASE64URL_NOPAD;
use http::{Method, Request};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use vestibule::app::App;
use vestibule::clock::SystemRandom;
use vestibule::graph_api::caller::{AccessClaims, Subject, VerifyAccess, VerifyError};
use vestibule::graph_api::router;
use vestibule::model::AppId;
use vestibule::web::{ClientInfo, RequestIds};

use crate::actors::{CONTOSO, World};

pub const CLIENT: &str = "c0a70500-0000-4000-8000-0000000000a1";

/// Believes every token of the form that [`application`] and [`user`] make.
struct Words;

#[async_trait]
impl VerifyAccess for Words {
    async fn verify(&self, _: &App, token: &str) -> Result<Option<AccessClaims>, VerifyError> {
        Ok(believed(token))
    }
}

fn believed(token: &str) -> Option<AccessClaims> {
    let said: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(token.as_bytes()).ok()?).ok()?;
    let names = |name: &str| -> Vec<String> {
        said[name].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
    };
    let app: AppId = said["azp"].as_str()?.parse().ok()?;
    let subject = match said["oid"].as_str() {
        Some(user) => {
            Subject::User { user: user.parse().ok()?, scopes: names("scp"), second_factor: said["mfa"] == true }
        }
        None => Subject::Application { roles: names("roles") },
    };
    Some(AccessClaims { tenant: said["tid"].as_str()?.parse().ok()?, app, subject })
}

fn token(said: &Value) -> String {
    BASE64URL_NOPAD.encode(said.to_string().as_bytes())
}

/// A token of an application with these permissions.
pub fn application(tenant: &str, roles: &[&str]) -> String {
    token(&json!({ "tid": tenant, "azp": CLIENT, "roles": roles }))
}

/// A token for a user with these permissions.
pub fn user(tenant: &str, oid: &str, scopes: &[&str]) -> String {
    token(&json!({ "tid": tenant, "azp": CLIENT, "oid": oid, "scp": scopes }))
}

/// The API of a world.
#[derive(Clone)]
pub struct Api {
    router: Router,
    ids: Arc<RequestIds>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Answer {
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    pub fn target(&self) -> &str {
        self.body["error"]["target"].as_str().unwrap_or_default()
    }

    pub fn values(&self) -> &Vec<Value> {
        self.body["value"].as_array().unwrap_or_else(|| panic!("no page: {}", self.text))
    }

    /// The answer without what differs between any two: ids and times.
    pub fn in_essence(&self) -> (u16, String) {
        let mut body = self.body.clone();
        if let Some(error) = body.get_mut("error").and_then(Value::as_object_mut) {
            error.remove("innerError");
        }
        (self.status, body.to_string())
    }
}

impl World {
    pub fn api(&self) -> Api {
        let app = Arc::clone(self.demo.app());
        Api { router: router(app, Arc::new(Words)), ids: Arc::new(RequestIds::new(&SystemRandom)) }
    }
}

impl Api {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let mut request = request;
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        request.extensions_mut().insert(ClientInfo { address, request_id: self.ids.next() });
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status: parts.status.as_u16(), headers: parts.headers, body, text }
    }

    pub async fn asks(
        &self,
        method: &str,
        path: &str,
        token: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path)
            .header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).unwrap()).await
    }

    pub async fn gets(&self, path: &str, token: &str) -> Answer {
        self.asks("GET", path, token, &[], None).await
    }

    pub async fn posts(&self, path: &str, token: &str, body: Value) -> Answer {
        self.asks("POST", path, token, &[], Some(body)).await
    }

    pub async fn patches(&self, path: &str, token: &str, body: Value) -> Answer {
        self.asks("PATCH", path, token, &[], Some(body)).await
    }

    pub async fn deletes(&self, path: &str, token: &str) -> Answer {
        self.asks("DELETE", path, token, &[], None).await
    }
}

/// A token of an application of Contoso with everything.
pub fn everything() -> String {
    let all: Vec<&str> = vestibule::model::Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    application(CONTOSO, &all)
}
