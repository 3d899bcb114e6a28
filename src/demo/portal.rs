//! Portal, an application that signs people in by OpenID Connect, as far as somebody who looks into it wants to see: what comes
//! back through the browser, and who was signed out behind its back.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use data_encoding::BASE64URL_NOPAD;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::look::Look;

/// Host of Portal.
pub const PORTAL_HOST: &str = "portal.contoso.localhost";
/// So many sign-outs are shown.
const SHOWN: usize = 20;

const LOOK: Look = Look {
    name: "Portal",
    line: "sample app that speaks OpenID Connect",
    style: ":root{--accent:#6b3fa0;--on-accent:#fff}\
            @media (prefers-color-scheme:dark){:root{--accent:#c9a6f2;--on-accent:#1b1026}}",
};

/// The running sample.
#[derive(Clone, Default)]
pub struct Portal {
    /// Claims of the logout tokens that came, newest first. They are shown and nothing else, so that nothing is checked.
    told: Arc<Mutex<VecDeque<Value>>>,
    /// Answers nobody who wants to tell it something.
    deaf: Arc<AtomicBool>,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<h1>Portal</h1>
<p>Send a browser to the tenant's authorization endpoint with this application's client id, and it comes back to <code>/callback</code>.</p>
<h2>Signed out behind its back</h2>
{% if told.is_empty() %}<p>Nobody yet.</p>
{% else %}<ul>
{% for claims in told %}<li><code>{{ claims }}</code></li>
{% endfor %}</ul>
{% endif %}"#
)]
struct Start {
    told: Vec<Value>,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<h1>Back at Portal</h1>
<dl>
{% for (name, value) in fields %}<dt>{{ name }}</dt><dd><code>{{ value }}</code></dd>
{% endfor %}</dl>
<p>A code counts for a minute, once. An application exchanges it at the token endpoint, with its secret and the code verifier.</p>"#
)]
struct Back {
    fields: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(ext = "html", source = "<h1>Signed out</h1>\n<p>Portal sent you to sign out, and you are back.</p>")]
struct SignedOut;

/// What the browser brings back.
#[derive(Deserialize, Default)]
struct Reply {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// What Vestibule sends when a session ended.
#[derive(Deserialize)]
struct Told {
    logout_token: String,
}

impl Portal {
    /// Its pages.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(start))
            .route("/callback", get(by_query).post(by_form))
            .route("/signed-out", get(signed_out))
            .route("/logout", post(told))
            .with_state(self.clone())
    }

    /// The claims of the logout tokens that came, newest first; for tests.
    pub fn told(&self) -> Vec<Value> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Portal {
    /// From now on it hears nothing, or hears again; for tests.
    pub fn is_deaf(&self, deaf: bool) {
        self.deaf.store(deaf, Ordering::SeqCst);
    }
}

async fn start(State(portal): State<Portal>) -> Response {
    LOOK.show(StatusCode::OK, "Portal", &Start { told: portal.told() })
}

async fn by_query(Query(reply): Query<Reply>) -> Response {
    callback(reply)
}

async fn by_form(Form(reply): Form<Reply>) -> Response {
    callback(reply)
}

fn callback(reply: Reply) -> Response {
    let fields = [
        ("code", reply.code),
        ("state", reply.state),
        ("iss", reply.iss),
        ("error", reply.error),
        ("error_description", reply.error_description),
    ];
    let fields = fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    LOOK.show(StatusCode::OK, "Back", &Back { fields })
}

async fn signed_out() -> Response {
    LOOK.show(StatusCode::OK, "Signed out", &SignedOut)
}

async fn told(State(portal): State<Portal>, Form(told): Form<Told>) -> StatusCode {
    if portal.deaf.load(Ordering::SeqCst) {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let payload = told.logout_token.split('.').nth(1).unwrap_or_default();
    let claims = BASE64URL_NOPAD.decode(payload.as_bytes()).ok();
    let Some(claims) = claims.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()) else {
        return StatusCode::BAD_REQUEST;
    };
    let mut told = portal.told.lock().unwrap_or_else(PoisonError::into_inner);
    told.push_front(claims);
    told.truncate(SHOWN);
    StatusCode::OK
}
