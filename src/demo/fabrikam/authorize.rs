//! Fabrikam's authorization endpoint and its sign-in page: from the request of an app to the code it gets.

use std::sync::Arc;

use axum::Form;
use axum::extract::{RawForm, RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::{
    BROWSER_COOKIE, CODE_SECONDS, Code, FLOW_SECONDS, Fabrikam, Flow, PASSWORD, PEOPLE, Person, SESSION_COOKIE,
    SESSION_SECONDS, SignedIn, back_channel, pages,
};
use crate::demo::provider::{self, Parameters, see_other, with_parameters};

/// An authorization request that was found good.
#[derive(Clone)]
pub(super) struct Request {
    pub client: String,
    pub redirect_uri: String,
    pub state: Option<String>,
    pub scope: Vec<String>,
    pub nonce: Option<String>,
    pub challenge: String,
    pub login_hint: Option<String>,
    prompt: Prompt,
    max_age: Option<i64>,
}

#[derive(Clone, Copy, PartialEq)]
enum Prompt {
    Unsaid,
    None,
    Login,
    SelectAccount,
}

/// Why a request is not answered with a sign-in page.
enum Refusal {
    /// Nothing is sent to an address that nobody registered (RFC 6749 §4.1.2.1).
    Page(&'static str),
    /// The app is told.
    App { redirect_uri: String, state: Option<String>, error: &'static str, description: &'static str },
}

impl Request {
    fn parse(fabrikam: &Fabrikam, parameters: &Parameters) -> Result<Self, Refusal> {
        if parameters.repeated() {
            return Err(Refusal::Page("A parameter of this sign-in request is there twice."));
        }
        let client = parameters.find("client_id").and_then(|id| fabrikam.client(id));
        let client = client.ok_or(Refusal::Page("Fabrikam does not know the app that asks you to sign in."))?;
        let redirect_uri = parameters.find("redirect_uri").unwrap_or_default();
        if !client.redirect_uris.iter().any(|registered| registered == redirect_uri) {
            return Err(Refusal::Page("The app asks to be answered at an address that is not registered for it."));
        }
        let state = parameters.find("state").map(str::to_owned);
        let refuse = |error, description| Refusal::App {
            redirect_uri: redirect_uri.to_owned(),
            state: state.clone(),
            error,
            description,
        };
        if parameters.find("request").is_some() {
            return Err(refuse("request_not_supported", "request objects are not supported"));
        }
        if parameters.find("request_uri").is_some() {
            return Err(refuse("request_uri_not_supported", "request objects are not supported"));
        }
        if parameters.find("response_type") != Some("code") {
            return Err(refuse("unsupported_response_type", "only response_type=code"));
        }
        if !matches!(parameters.find("response_mode"), None | Some("query")) {
            return Err(refuse("invalid_request", "only response_mode=query"));
        }
        let scope: Vec<String> = parameters.find("scope").unwrap_or_default().split(' ').map(str::to_owned).collect();
        if !scope.iter().any(|scope| scope == "openid") {
            return Err(refuse("invalid_scope", "scope must contain openid"));
        }
        if parameters.find("code_challenge_method") != Some("S256") {
            return Err(refuse("invalid_request", "PKCE with S256 is required"));
        }
        let challenge = parameters.find("code_challenge").unwrap_or_default();
        if challenge.len() != 43 {
            return Err(refuse("invalid_request", "PKCE with S256 is required"));
        }
        let prompts: Vec<&str> = parameters.find("prompt").unwrap_or_default().split(' ').collect();
        if prompts.contains(&"none") && prompts.len() > 1 {
            return Err(refuse("invalid_request", "prompt=none stands alone")); // OpenID Connect Core §3.1.2.1
        }
        let prompt = match prompts.as_slice() {
            ["none"] => Prompt::None,
            said if said.contains(&"login") => Prompt::Login,
            said if said.contains(&"select_account") => Prompt::SelectAccount,
            _ => Prompt::Unsaid,
        };
        let max_age = match parameters.find("max_age").map(str::parse::<i64>) {
            None => None,
            Some(Ok(seconds)) if seconds >= 0 => Some(seconds),
            Some(_) => return Err(refuse("invalid_request", "max_age is not a number of seconds")),
        };
        Ok(Self {
            client: client.id.clone(),
            redirect_uri: redirect_uri.to_owned(),
            scope,
            nonce: parameters.find("nonce").map(str::to_owned),
            challenge: challenge.to_owned(),
            login_hint: parameters.find("login_hint").map(str::to_owned),
            prompt,
            max_age,
            state,
        })
    }

    /// Whether somebody who is signed in may go on without seeing a page.
    fn satisfied_by(&self, signed_in: &SignedIn, now: i64) -> bool {
        let asked_for =
            self.login_hint.as_deref().is_none_or(|hint| hint.eq_ignore_ascii_case(signed_in.person.address));
        self.is_fresh(signed_in, now)
            && (asked_for || self.prompt == Prompt::None)
            && matches!(self.prompt, Prompt::Unsaid | Prompt::None)
    }

    /// Whether somebody who is signed in may choose to go on as they are.
    fn lets_choose(&self, signed_in: &SignedIn, now: i64) -> bool {
        self.prompt != Prompt::Login && self.is_fresh(signed_in, now)
    }

    /// `max_age=0` always asks anew (OpenID Connect Core §3.1.2.1).
    fn is_fresh(&self, signed_in: &SignedIn, now: i64) -> bool {
        self.max_age.is_none_or(|seconds| seconds > 0 && now - signed_in.at <= seconds)
    }
}

pub(super) async fn by_query(
    State(fabrikam): State<Arc<Fabrikam>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    begin(&fabrikam, &headers, &Parameters::parse(&query.unwrap_or_default()))
}

pub(super) async fn by_form(
    State(fabrikam): State<Arc<Fabrikam>>,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Response {
    begin(&fabrikam, &headers, &Parameters::parse(&String::from_utf8_lossy(&form)))
}

fn begin(fabrikam: &Fabrikam, headers: &HeaderMap, parameters: &Parameters) -> Response {
    let request = match Request::parse(fabrikam, parameters) {
        Ok(request) => request,
        Err(refusal) => return refuse(fabrikam, refusal),
    };
    let now = fabrikam.ambient.now();
    let signed_in = signed_in(fabrikam, headers);
    match signed_in {
        Some(signed_in) if request.satisfied_by(&signed_in, now) => return grant(fabrikam, request, signed_in),
        _ if request.prompt == Prompt::None => {
            return tell_app(fabrikam, &request, "login_required", "nobody signed in");
        }
        _ => {}
    }
    let known = provider::cookie(headers, BROWSER_COOKIE).filter(|value| value.len() == 43).map(str::to_owned);
    let (browser, is_new) = known.map_or_else(|| (fabrikam.ambient.token(), true), |browser| (browser, false));
    let id = fabrikam.ambient.token();
    let flow = Flow { browser: browser.clone(), request };
    fabrikam.remember(|memory| memory.flows.put(id.clone(), flow, now + FLOW_SECONDS));
    let mut response = see_other(&format!("/sign-in?flow={id}"));
    if is_new {
        provider::set_cookie(&mut response, BROWSER_COOKIE, &browser);
    }
    response
}

#[derive(Deserialize)]
pub(super) struct Page {
    #[serde(default)]
    flow: String,
    #[serde(default)]
    another: Option<String>,
}

pub(super) async fn page(
    State(fabrikam): State<Arc<Fabrikam>>,
    headers: HeaderMap,
    axum::extract::Query(page): axum::extract::Query<Page>,
) -> Response {
    let Some(request) = open_request(&fabrikam, &headers, &page.flow) else { return pages::expired() };
    let signed_in = signed_in(&fabrikam, &headers);
    let hint = request.login_hint.as_deref();
    match signed_in {
        Some(signed_in) if page.another.is_none() && request.lets_choose(&signed_in, fabrikam.ambient.now()) => {
            pages::choose(&page.flow, signed_in.person, hint)
        }
        // Whoever wants another account than the one that was asked for gets an empty field.
        Some(signed_in) if page.another.is_some() && hint == Some(signed_in.person.address) => {
            pages::sign_in(&page.flow, "", false)
        }
        _ => pages::sign_in(&page.flow, hint.unwrap_or_default(), false),
    }
}

/// What the sign-in page sends: a name and password, or what the person chose.
#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    flow: String,
    #[serde(default)]
    choice: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
}

pub(super) async fn answer(
    State(fabrikam): State<Arc<Fabrikam>>,
    headers: HeaderMap,
    Form(answer): Form<Answer>,
) -> Response {
    let Some(request) = open_request(&fabrikam, &headers, &answer.flow) else { return pages::expired() };
    let now = fabrikam.ambient.now();
    match answer.choice.as_str() {
        "cancel" => {
            fabrikam.remember(|memory| memory.flows.take(&answer.flow, now));
            tell_app(&fabrikam, &request, "access_denied", "the person did not want to sign in")
        }
        "another" => see_other(&format!("/sign-in?flow={}&another=1", answer.flow)),
        "continue" => match signed_in(&fabrikam, &headers).filter(|signed_in| request.lets_choose(signed_in, now)) {
            Some(signed_in) => {
                fabrikam.remember(|memory| memory.flows.take(&answer.flow, now));
                grant(&fabrikam, request, signed_in)
            }
            None => see_other(&format!("/sign-in?flow={}", answer.flow)),
        },
        _ => match find_person(&answer.username).filter(|_| answer.password == PASSWORD) {
            Some(person) => sign_in(&fabrikam, &headers, &answer.flow, request, person),
            None => pages::sign_in(&answer.flow, &answer.username, true),
        },
    }
}

fn sign_in(
    fabrikam: &Fabrikam,
    headers: &HeaderMap,
    flow: &str,
    request: Request,
    person: &'static Person,
) -> Response {
    let now = fabrikam.ambient.now();
    let mut signed_in = SignedIn { person, at: now, session_id: fabrikam.ambient.token() };
    let cookie = fabrikam.ambient.token();
    let old = fabrikam.remember(|memory| {
        memory.flows.take(flow, now);
        provider::cookie(headers, SESSION_COOKIE).and_then(|old| memory.sessions.take(old, now))
    });
    match old {
        // Only the password was typed anew: what began in the session goes on.
        Some(old) if old.person.subject == person.subject => signed_in.session_id = old.session_id,
        Some(old) => back_channel::tell(fabrikam, &old),
        None => {}
    }
    fabrikam.remember(|memory| memory.sessions.put(cookie.clone(), signed_in.clone(), now + SESSION_SECONDS));
    let mut response = grant(fabrikam, request, signed_in);
    provider::set_cookie(&mut response, SESSION_COOKIE, &cookie);
    response
}

/// Sends the browser back with a code.
fn grant(fabrikam: &Fabrikam, request: Request, signed_in: SignedIn) -> Response {
    let code = fabrikam.ambient.token();
    let parameters =
        [("code", Some(code.as_str())), ("state", request.state.as_deref()), ("iss", Some(fabrikam.issuer.as_str()))];
    let response = see_other(&with_parameters(&request.redirect_uri, &parameters));
    let now = fabrikam.ambient.now();
    fabrikam.remember(|memory| {
        let mut clients = memory.clients.take(&signed_in.session_id, now).unwrap_or_default();
        clients.retain(|client| *client != request.client);
        clients.push(request.client.clone());
        memory.clients.put(signed_in.session_id.clone(), clients, now + SESSION_SECONDS);
        memory.codes.put(code, Code { request, signed_in, spent: None }, now + CODE_SECONDS);
    });
    response
}

fn refuse(fabrikam: &Fabrikam, refusal: Refusal) -> Response {
    match refusal {
        Refusal::Page(text) => pages::problem(StatusCode::BAD_REQUEST, text),
        Refusal::App { redirect_uri, state, error, description } => {
            see_other(&error_address(fabrikam, &redirect_uri, state.as_deref(), error, description))
        }
    }
}

fn tell_app(fabrikam: &Fabrikam, request: &Request, error: &str, description: &str) -> Response {
    see_other(&error_address(fabrikam, &request.redirect_uri, request.state.as_deref(), error, description))
}

fn error_address(fabrikam: &Fabrikam, uri: &str, state: Option<&str>, error: &str, description: &str) -> String {
    let parameters = [
        ("error", Some(error)),
        ("error_description", Some(description)),
        ("state", state),
        ("iss", Some(fabrikam.issuer.as_str())), // RFC 9207 §2
    ];
    with_parameters(uri, &parameters)
}

/// The request behind an open sign-in page, if it was opened in this very browser.
fn open_request(fabrikam: &Fabrikam, headers: &HeaderMap, flow: &str) -> Option<Request> {
    let browser = provider::cookie(headers, BROWSER_COOKIE)?;
    let now = fabrikam.ambient.now();
    fabrikam.remember(|memory| {
        memory.flows.find(flow, now).filter(|flow| flow.browser == browser).map(|flow| flow.request.clone())
    })
}

/// Who is signed in, in this browser.
pub(super) fn signed_in(fabrikam: &Fabrikam, headers: &HeaderMap) -> Option<SignedIn> {
    let cookie = provider::cookie(headers, SESSION_COOKIE)?;
    fabrikam.remember(|memory| memory.sessions.find(cookie, fabrikam.ambient.now()).cloned())
}

/// By address, or by the part before the `@`.
fn find_person(typed: &str) -> Option<&'static Person> {
    let typed = typed.trim();
    PEOPLE.iter().find(|person| {
        let (local, _) = person.address.split_once('@').unwrap_or_default();
        typed.eq_ignore_ascii_case(person.address) || typed.eq_ignore_ascii_case(local)
    })
}
