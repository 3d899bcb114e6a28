//! Sociable, the demo's social provider: plain OAuth 2.0 with a user API and no ID token, as GitHub does it.

use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::{Query, RawForm, RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Form, Router};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::ambient::Ambient;
use super::look::Look;
use super::provider::{self, Client, Parameters, Shelf, see_other, with_parameters};

/// The one person at Sociable.
pub const FRIEND: &str = "friend@social.example";
/// Their password.
pub const PASSWORD: &str = "demo";
const FRIEND_NAME: &str = "Fia Friend";
const FRIEND_ID: u64 = 4711;

const BROWSER_COOKIE: &str = "__Host-sociable-browser";
const SESSION_COOKIE: &str = "__Host-sociable";
const FLOW_SECONDS: i64 = 15 * 60;
const CODE_SECONDS: i64 = 60;
const TOKEN_SECONDS: i64 = 60 * 60;
const SESSION_SECONDS: i64 = 8 * 60 * 60;

const LOOK: Look = Look {
    name: "sociable",
    line: "where friends are · sample social provider of the Vestibule demo",
    style: r#"
:root{--width:26rem;--round:1.4rem;--accent:#9d1560;--on-accent:#fff;--ground:#fff5fa;--card:#fff}
.brand{font-size:1.8rem;letter-spacing:-.04em}
@media (prefers-color-scheme:dark){:root{--accent:#ff9bce;--on-accent:#3a0522;--ground:#1d1018;--card:#2a1822}}
"#,
};

/// The provider.
pub struct Sociable {
    clients: Vec<Client>,
    ambient: Ambient,
    state: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    flows: Shelf<Flow>,
    sessions: Shelf<()>,
    codes: Shelf<Request>,
    tokens: Shelf<()>,
}

struct Flow {
    browser: String,
    request: Request,
}

/// An authorization request that was found good.
#[derive(Clone)]
struct Request {
    client: String,
    redirect_uri: String,
    state: Option<String>,
    challenge: Option<String>,
}

impl Sociable {
    /// A provider for these clients.
    pub fn new(clients: Vec<Client>, ambient: Ambient) -> Arc<Self> {
        let state = Mutex::new(Memory::default());
        Arc::new(Self { clients, ambient, state })
    }

    /// Everything that the host answers.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/", get(|| async { problem(StatusCode::OK, "Apps send you here when it is time to sign in.") }))
            .route("/authorize", get(authorize))
            .route("/sign-in", get(page).post(answer))
            .route("/token", post(token))
            .route("/api/user", get(user))
            .fallback(|| async { problem(StatusCode::NOT_FOUND, "There is no such page at Sociable.") })
            .with_state(Arc::clone(self))
    }

    fn remember<T>(&self, change: impl FnOnce(&mut Memory) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_signed_in(&self, headers: &HeaderMap) -> bool {
        provider::cookie(headers, SESSION_COOKIE)
            .is_some_and(|cookie| self.remember(|memory| memory.sessions.find(cookie, self.ambient.now()).is_some()))
    }

    /// The request behind an open sign-in page, if it was opened in this very browser.
    fn open_request(&self, headers: &HeaderMap, flow: &str) -> Option<Request> {
        let browser = provider::cookie(headers, BROWSER_COOKIE)?;
        let now = self.ambient.now();
        self.remember(|memory| {
            memory.flows.find(flow, now).filter(|flow| flow.browser == browser).map(|flow| flow.request.clone())
        })
    }
}

async fn authorize(State(sociable): State<Arc<Sociable>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let parameters = Parameters::parse(&query.unwrap_or_default());
    let client = parameters.find("client_id").and_then(|id| sociable.clients.iter().find(|client| client.id == id));
    let uri = parameters.find("redirect_uri").unwrap_or_default();
    let client = match client {
        Some(client) if !parameters.repeated() && client.redirect_uris.iter().any(|registered| registered == uri) => {
            client
        }
        _ => return problem(StatusCode::BAD_REQUEST, "The app that sent you here is not known at Sociable."),
    };
    let request = Request {
        client: client.id.clone(),
        redirect_uri: uri.to_owned(),
        state: parameters.find("state").map(str::to_owned),
        challenge: parameters.find("code_challenge").map(str::to_owned),
    };
    if parameters.find("response_type") != Some("code") {
        return tell_app(&request, "unsupported_response_type");
    }
    if request.challenge.is_some() && parameters.find("code_challenge_method") != Some("S256") {
        return tell_app(&request, "invalid_request");
    }
    let known = provider::cookie(&headers, BROWSER_COOKIE).filter(|value| value.len() == 43).map(str::to_owned);
    let browser = known.clone().unwrap_or_else(|| sociable.ambient.token());
    let id = sociable.ambient.token();
    let expires = sociable.ambient.now() + FLOW_SECONDS;
    let flow = Flow { browser: browser.clone(), request };
    sociable.remember(|memory| memory.flows.put(id.clone(), flow, expires));
    let mut response = see_other(&format!("/sign-in?flow={id}"));
    if known.is_none() {
        provider::set_cookie(&mut response, BROWSER_COOKIE, &browser);
    }
    response
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<div class="card"><h1>An app wants to know you</h1>
<p>It will see your name and your e-mail address.</p>
{% if wrong %}<p class="problem" role="alert">That address and password do not belong together. Try again.</p>{% endif %}
<form method="post" action="/sign-in">
<input type="hidden" name="flow" value="{{ flow }}">
{% if signed_in %}<p>You are signed in as <strong>{{ name }}</strong><br>{{ address }}</p>
<button type="submit" name="choice" value="continue">Allow</button>
{% else %}<label for="username">E-mail address</label>
<input id="username" name="username" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Sign in and allow</button>
{% endif %}<button type="submit" class="second" name="choice" value="cancel" formnovalidate>Cancel</button>
</form></div>
{% if !signed_in %}<p class="quiet">Sample person: {{ address }}, password <code>demo</code>.</p>{% endif %}"#
)]
struct SignIn<'a> {
    flow: &'a str,
    signed_in: bool,
    wrong: bool,
    name: &'a str,
    address: &'a str,
}

fn sign_in_page(flow: &str, signed_in: bool, wrong: bool) -> Response {
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    LOOK.show(status, "Sign in", &SignIn { flow, signed_in, wrong, name: FRIEND_NAME, address: FRIEND })
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    flow: String,
}

async fn page(State(sociable): State<Arc<Sociable>>, headers: HeaderMap, Query(page): Query<Page>) -> Response {
    match sociable.open_request(&headers, &page.flow) {
        Some(_) => sign_in_page(&page.flow, sociable.is_signed_in(&headers), false),
        None => expired(),
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    flow: String,
    #[serde(default)]
    choice: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
}

async fn answer(State(sociable): State<Arc<Sociable>>, headers: HeaderMap, Form(answer): Form<Answer>) -> Response {
    let Some(request) = sociable.open_request(&headers, &answer.flow) else { return expired() };
    let now = sociable.ambient.now();
    let signed_in = sociable.is_signed_in(&headers);
    let typed_right = answer.username.trim().eq_ignore_ascii_case(FRIEND) && answer.password == PASSWORD;
    match answer.choice.as_str() {
        "cancel" => {
            sociable.remember(|memory| memory.flows.take(&answer.flow, now));
            tell_app(&request, "access_denied")
        }
        "continue" if signed_in => grant(&sociable, &answer.flow, request),
        _ if typed_right => {
            let cookie = sociable.ambient.token();
            sociable.remember(|memory| memory.sessions.put(cookie.clone(), (), now + SESSION_SECONDS));
            let mut response = grant(&sociable, &answer.flow, request);
            provider::set_cookie(&mut response, SESSION_COOKIE, &cookie);
            response
        }
        _ => sign_in_page(&answer.flow, signed_in, true),
    }
}

fn grant(sociable: &Sociable, flow: &str, request: Request) -> Response {
    let now = sociable.ambient.now();
    let code = sociable.ambient.token();
    let parameters = [("code", Some(code.as_str())), ("state", request.state.as_deref())];
    let response = see_other(&with_parameters(&request.redirect_uri, &parameters));
    sociable.remember(|memory| {
        memory.flows.take(flow, now);
        memory.codes.put(code, request, now + CODE_SECONDS);
    });
    response
}

fn tell_app(request: &Request, error: &str) -> Response {
    let parameters = [("error", Some(error)), ("state", request.state.as_deref())];
    see_other(&with_parameters(&request.redirect_uri, &parameters))
}

async fn token(State(sociable): State<Arc<Sociable>>, headers: HeaderMap, RawForm(form): RawForm) -> Response {
    let form = Parameters::parse(&String::from_utf8_lossy(&form));
    let Some(client) = provider::authenticate(&sociable.clients, &headers, &form) else {
        return provider::error(StatusCode::UNAUTHORIZED, "invalid_client", "unknown client or wrong secret");
    };
    if form.find("grant_type") != Some("authorization_code") {
        return provider::error(StatusCode::BAD_REQUEST, "unsupported_grant_type", "only authorization_code");
    }
    let now = sociable.ambient.now();
    let request = sociable.remember(|memory| memory.codes.take(form.find("code").unwrap_or_default(), now));
    let good = request.is_some_and(|request| {
        let proved = match (&request.challenge, form.find("code_verifier")) {
            (Some(challenge), Some(verifier)) => provider::proves(verifier, challenge),
            (None, None) => true,
            // A verifier without a challenge means that somebody took the challenge away (RFC 9700 §2.1.1).
            _ => false,
        };
        proved && request.client == client.id && form.find("redirect_uri") == Some(&request.redirect_uri)
    });
    if !good {
        return provider::error(
            StatusCode::BAD_REQUEST,
            "invalid_grant",
            "the code is unknown, used, expired or not yours",
        );
    }
    let access_token = sociable.ambient.token();
    sociable.remember(|memory| memory.tokens.put(access_token.clone(), (), now + TOKEN_SECONDS));
    let answer = json!({"access_token": access_token, "token_type": "bearer", "expires_in": TOKEN_SECONDS});
    provider::json(StatusCode::OK, &answer)
}

async fn user(State(sociable): State<Arc<Sociable>>, headers: HeaderMap) -> Response {
    let now = sociable.ambient.now();
    let known = provider::bearer(&headers)
        .is_some_and(|token| sociable.remember(|memory| memory.tokens.find(token, now).is_some()));
    if !known {
        return provider::error(StatusCode::UNAUTHORIZED, "invalid_token", "the access token is unknown or expired");
    }
    let answer =
        json!({"id": FRIEND_ID, "login": "friend", "name": FRIEND_NAME, "email": FRIEND, "email_verified": true});
    provider::json(StatusCode::OK, &answer)
}

#[derive(Template)]
#[template(ext = "html", source = r#"<div class="card"><h1>Hello</h1><p>{{ text }}</p></div>"#)]
struct Problem<'a> {
    text: &'a str,
}

fn problem(status: StatusCode, text: &str) -> Response {
    LOOK.show(status, "Hello", &Problem { text })
}

fn expired() -> Response {
    let text = "This sign-in is over, or it was begun in another browser. Go back to the app and start again.";
    problem(StatusCode::BAD_REQUEST, text)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::Request as HttpRequest;

    use super::*;
    use crate::demo::ambient::testing::ambient;
    use crate::demo::provider::sha256_base64url;
    use crate::demo::provider::testing::{Browser, query, send};

    const BACK: &str = "https://vestibule.localhost:8443/t/federation/sociable/callback";
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn sociable() -> Router {
        let client = Client {
            id: "vestibule".into(),
            secret: "secret".into(),
            redirect_uris: vec![BACK.into()],
            post_logout_redirect_uris: vec![],
            backchannel_logout_uri: None,
        };
        Sociable::new(vec![client], ambient().0).router()
    }

    async fn code(browser: &mut Browser, more: &str, fields: &[(&str, &str)]) -> String {
        let target = format!("/authorize?client_id=vestibule&response_type=code&state=s&redirect_uri={BACK}{more}");
        let answer = browser.get(&target).await;
        let page = browser.get(&format!("/sign-in?{}", answer.location().query().unwrap())).await;
        let mut form = vec![("flow", page.hidden("flow"))];
        form.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let back = query(&browser.post("/sign-in", &form).await.location());
        assert_eq!(back["state"], "s");
        back.get("code").or(back.get("error")).unwrap().clone()
    }

    async fn redeem(router: &Router, code: &str, verifier: &[(&str, &str)]) -> serde_json::Value {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("client_id", "vestibule"),
            ("client_secret", "secret"),
            ("redirect_uri", BACK),
            ("code", code),
        ];
        form.extend_from_slice(verifier);
        Browser::new(router).post("/token", &form).await.json()
    }

    #[tokio::test]
    async fn a_friend_signs_in_and_the_api_says_who() {
        let router = sociable();
        let mut browser = Browser::new(&router);
        let code = code(&mut browser, "", &[("username", FRIEND), ("password", "demo")]).await;
        let answer = redeem(&router, &code, &[]).await;
        assert!(answer.get("id_token").is_none());
        let ask = |token: &str| {
            let request = HttpRequest::get("/api/user").header("authorization", format!("Bearer {token}"));
            request.body(Body::empty()).unwrap()
        };
        let user = send(&router, ask(answer["access_token"].as_str().unwrap())).await.json();
        assert_eq!((user["email"].as_str(), user["id"].as_u64()), (Some(FRIEND), Some(4711)));
        assert_eq!(send(&router, ask("x")).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(redeem(&router, &code, &[]).await["error"], "invalid_grant", "once");
    }

    #[tokio::test]
    async fn pkce_is_optional_but_never_half_done() {
        let router = sociable();
        let mut browser = Browser::new(&router);
        let with = format!("&code_challenge_method=S256&code_challenge={}", sha256_base64url(VERIFIER));
        code(&mut browser, "", &[("username", FRIEND), ("password", "demo")]).await;
        let again = [("choice", "continue")];
        for (more, verifier, good) in [
            (with.as_str(), &[("code_verifier", VERIFIER)][..], true),
            (&with, &[], false),
            ("", &[("code_verifier", VERIFIER)], false),
            ("", &[], true),
        ] {
            let code = code(&mut browser, more, &again).await;
            let answer = redeem(&router, &code, verifier).await;
            assert_eq!(answer.get("access_token").is_some(), good, "{more} {verifier:?} {answer}");
        }
    }

    #[tokio::test]
    async fn strangers_and_cancelling() {
        let router = sociable();
        let mut browser = Browser::new(&router);
        for target in [
            "/authorize?client_id=vestibule&response_type=code&redirect_uri=https://evil.example/".to_owned(),
            format!("/authorize?client_id=nobody&response_type=code&redirect_uri={BACK}"),
            format!("/authorize?client_id=vestibule&client_id=x&response_type=code&redirect_uri={BACK}"),
        ] {
            assert_eq!(browser.get(&target).await.status, StatusCode::BAD_REQUEST, "{target}");
        }
        assert_eq!(code(&mut browser, "", &[("choice", "cancel")]).await, "access_denied");
        let answer =
            browser.get(&format!("/authorize?client_id=vestibule&response_type=code&redirect_uri={BACK}")).await;
        let flow = answer.location().query().unwrap().replace("flow=", "");
        let form = [("flow", flow.as_str()), ("username", FRIEND), ("password", "wrong")];
        assert_eq!(browser.post("/sign-in", &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(browser.post("/sign-in", &[("flow", &flow), ("choice", "continue")]).await.status.as_u16(), 422);
        assert_eq!(Browser::new(&router).post("/sign-in", &form).await.status, StatusCode::BAD_REQUEST);
    }
}
