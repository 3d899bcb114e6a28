//! The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core 1.0 §3.1.2): proves client and redirect URI, then the rest,
//! then leads into the journey. App hosts and the admin host are clients like others, each with one exact redirect URI.

use axum::body::Body;
use serde_json::Value;

use super::answer::{Answer, broken, refused_here};
use super::asked::Asked;
use super::parameters::Parameters;
use crate::app::App;
use crate::i18n;
use crate::model::{
    ACR_EMAIL, ACR_MULTI, ACR_SINGLE, AppId, ClaimsRequest, ClientRequest, Registration, ResponseMode, TenantId,
    Timestamp,
};
use crate::session::{LANGUAGE_COOKIE, language_cookie, read_sealed_cookie};
use crate::signin::arrive::registered_callback;
use crate::signin::{Destination, Freshness, Ticket};
use crate::tokens::{Refusal, claims, id_token, pushed, scope};
use crate::web::answer::set_cookie;
use crate::web::client_answer;
use crate::web::interstitial::see_other;

/// Longest `state` that is carried along, in bytes.
const LONGEST_STATE: usize = 4096;
/// Longest ticket: it travels in addresses, of which servers take 8 KiB.
const LONGEST_TICKET: usize = 7 * 1024;
const TOO_LARGE: Refusal = Refusal::new("invalid_request", "This request is too large to travel through a browser.");
/// Longest `nonce`.
const LONGEST_NONCE: usize = 1024;
/// Longest `claims`, and most single claims.
const LONGEST_CLAIMS: usize = 4096;
const MOST_CLAIMS: usize = 40;
/// Length of an S256 challenge: 32 bytes in base64url (RFC 7636 §4.2).
const CHALLENGE_LENGTH: usize = 43;
/// Beyond that, `max_age` says nothing: no session is as old.
const OLDEST: u64 = 30 * 24 * 3600;

const UNKNOWN: Refusal =
    Refusal::new("unauthorized_client", "No application with this client_id and redirect_uri is registered.");

/// `GET /{tenant}/oauth2/v2.0/authorize`.
pub async fn by_query(asked: Asked) -> Answer {
    match Parameters::of_query(asked.query()) {
        Ok(parameters) => unfold(&asked, parameters).await,
        // Nothing is proved yet, so the error stays here (RFC 9700 §4.11.2).
        Err(refusal) => refused_here(&asked, refusal),
    }
}

/// `POST`, as OpenID Connect Core 1.0 §3.1.2.1 demands.
pub async fn by_form(asked: Asked, body: Body) -> Answer {
    match Parameters::of_body(&asked.headers, body).await {
        Ok(parameters) => unfold(&asked, parameters).await,
        Err(refusal) => refused_here(&asked, refusal),
    }
}

/// A request that was pushed counts as it was pushed, once; what stands beside its name is not looked at (RFC 9126 §4).
async fn unfold(asked: &Asked, parameters: Parameters) -> Answer {
    const OVER: Refusal = Refusal::new("invalid_request_uri", "This request was used or is over. Push it again.");
    let name = parameters.get("request_uri").filter(|name| name.starts_with(pushed::PREFIX));
    let id = parameters.get("client_id").and_then(|id| id.parse::<AppId>().ok());
    let (Some(name), Some(id)) = (name, id) else { return authorize(asked, &parameters) };
    match pushed::take(&asked.app, asked.tenant.id, id, name).await {
        Ok(Some(query)) => match Parameters::of_query(&query) {
            Ok(pushed) => authorize(asked, &pushed),
            Err(refusal) => refused_here(asked, refusal),
        },
        Ok(None) => refused_here(asked, OVER),
        Err(error) => broken(asked, &error),
    }
}

/// Checks a request before its browser comes (RFC 9126 §2.1).
pub fn check(asked: &Asked, registration: &Registration, parameters: &Parameters) -> Result<(), Refusal> {
    let redirect_uri = parameters.get("redirect_uri").unwrap_or_default();
    if !registration.may_return_to(redirect_uri) {
        return Err(Refusal::new("invalid_request", "redirect_uri is not one of those that are registered."));
    }
    let mut request = begun(registration, redirect_uri, parameters, asked.app.clock.now());
    complete(&asked.app, asked.tenant.id, registration, parameters, &mut request).map(|_| ())
}

fn authorize(asked: &Asked, parameters: &Parameters) -> Answer {
    let (app, tenant) = (&asked.app, &asked.tenant);
    // An app that this tenant does not use is as unknown here as one that does not exist.
    let callback = |id| registered_callback(&app.settings, &asked.snapshot, tenant, id);
    match own_host(parameters, callback) {
        Ok(Some(destination)) => return lead(asked, parameters, Ticket::to(destination), true),
        Ok(None) => {}
        Err(refusal) => return refused_here(asked, refusal),
    }
    let id = parameters.get("client_id").and_then(|id| id.parse::<AppId>().ok());
    let registration = id.and_then(|id| asked.snapshot.registration(tenant, id));
    let redirect_uri = parameters.get("redirect_uri").unwrap_or_default();
    let Some(registration) = registration.filter(|known| known.may_return_to(redirect_uri)) else {
        return refused_here(asked, UNKNOWN);
    };
    // From here on the client hears of its mistakes itself.
    let now = app.clock.now();
    let mut request = begun(registration, redirect_uri, parameters, now);
    match complete(app, tenant.id, registration, parameters, &mut request) {
        Ok(wishes) => {
            let mut ticket = Ticket::to(Destination::Client { request: Box::new(request) });
            ticket.fresh = wishes.fresh(now);
            lead(asked, parameters, ticket, !wishes.choose_account)
        }
        Err(refusal) => {
            let answer = request.refused(refusal.code, refusal.description, app.urls.issuer(tenant.id));
            client_answer::send(&answer, asked.chrome(), false)
        }
    }
}

/// Into the journey, with the hints of the request.
fn lead(asked: &Asked, parameters: &Parameters, ticket: Ticket, hinted: bool) -> Answer {
    let hint = |name: &str| parameters.get(name).filter(|_| hinted);
    let ticket = ticket.with_hints(hint("login_hint"), hint("domain_hint"));
    let ticket = ticket.seal(&asked.app.keys, asked.tenant.id);
    if ticket.len() > LONGEST_TICKET {
        return refused_here(asked, TOO_LARGE);
    }
    let mut answer = see_other(&journey(asked.tenant.id, &ticket));
    // What somebody chose in the footer beats what an application thinks.
    let chosen = read_sealed_cookie(&asked.headers, LANGUAGE_COOKIE).is_some();
    let wished = parameters.get("ui_locales").and_then(known_language).filter(|_| !chosen);
    if let Some(tag) = wished {
        set_cookie(&mut answer, &language_cookie(tag));
    }
    answer
}

fn journey(tenant: TenantId, ticket: &str) -> String {
    format!("/{tenant}/sign-in?t={ticket}")
}

/// The first of these languages that our pages have.
fn known_language(locales: &str) -> Option<&'static str> {
    locales.split(' ').find_map(|locale| {
        let primary = locale.split('-').next().unwrap_or_default().to_ascii_lowercase();
        i18n::names().find(|(tag, _)| *tag == primary).map(|(tag, _)| tag)
    })
}

/// A host of ours that wants a handle of its own (decision 8). `callback_of` gives the one redirect URI of such a client;
/// `None` if the request is of no host of ours.
fn own_host(
    parameters: &Parameters,
    callback_of: impl Fn(AppId) -> Option<String>,
) -> Result<Option<Destination>, Refusal> {
    let id = parameters.get("client_id").and_then(|id| id.parse::<AppId>().ok()).ok_or(UNKNOWN)?;
    let redirect_uri = parameters.owned("redirect_uri").ok_or(UNKNOWN)?;
    if callback_of(id).is_none_or(|registered| registered != redirect_uri) {
        return Ok(None);
    }
    if parameters.get("response_type") != Some("code") {
        return Err(Refusal::new("unsupported_response_type", "Ask for response_type=code."));
    }
    if !parameters.get("scope").unwrap_or_default().split(' ').any(|scope| scope == "openid") {
        return Err(Refusal::new("invalid_scope", "Ask for the scope openid."));
    }
    let code_challenge = challenge(parameters, true)?.unwrap_or_default();
    let state = parameters.owned("state").filter(|state| state.len() <= LONGEST_STATE);
    let state = state.ok_or(Refusal::new("invalid_request", "Send a state of at most 4096 bytes."))?;
    Ok(Some(Destination::App { app: id, redirect_uri, state, code_challenge }))
}

/// RFC 7636 §4.3, and S256 alone.
fn challenge(parameters: &Parameters, required: bool) -> Result<Option<String>, Refusal> {
    const PKCE: Refusal =
        Refusal::new("invalid_request", "Send a code_challenge with code_challenge_method=S256 (RFC 7636).");
    match (parameters.owned("code_challenge"), parameters.get("code_challenge_method")) {
        (None, None) if !required => Ok(None),
        (Some(challenge), Some("S256")) => {
            let shaped = challenge.len() == CHALLENGE_LENGTH
                && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
            if shaped { Ok(Some(challenge)) } else { Err(PKCE) }
        }
        _ => Err(PKCE),
    }
}

/// As much of the request as it takes to answer it at all.
fn begun(registration: &Registration, redirect_uri: &str, parameters: &Parameters, now: Timestamp) -> ClientRequest {
    let mode = parameters.get("response_mode").and_then(ResponseMode::named);
    ClientRequest {
        app: registration.app,
        redirect_uri: redirect_uri.to_owned(),
        response_mode: mode.filter(|mode| may_use(registration, *mode)).unwrap_or_default(),
        scopes: Vec::new(),
        state: parameters.owned("state").filter(|state| state.len() <= LONGEST_STATE),
        nonce: None,
        code_challenge: None,
        silent: false,
        ask_consent: false,
        second_factor: false,
        api: false,
        claims: ClaimsRequest::default(),
        subject: None,
        asked_at: now,
        device: None,
    }
}

/// A fragment reaches no server, so it is for pages alone (decision 32).
fn may_use(registration: &Registration, mode: ResponseMode) -> bool {
    mode != ResponseMode::Fragment || registration.kind == crate::model::ClientKind::Spa
}

/// What the request wants of the sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wishes {
    /// Somebody else may want to sign in.
    choose_account: bool,
    /// The person is to sign in anew.
    anew: bool,
    /// How old the sign-in may be, in seconds.
    max_age: Option<u64>,
}

impl Wishes {
    fn fresh(self, now: Timestamp) -> Option<Freshness> {
        if self.anew || self.choose_account {
            return Some(Freshness { since: now, asked_at: now });
        }
        let age = self.max_age?.min(OLDEST);
        let since = Timestamp::from_seconds(now.seconds().saturating_sub(i64::try_from(age).unwrap_or(i64::MAX)));
        // Nobody can have signed in less than no time ago but by signing in now.
        Some(Freshness { since: if age == 0 { now } else { since }, asked_at: now })
    }
}

/// Reads everything else. Each refusal goes to the client.
fn complete(
    app: &App,
    tenant: TenantId,
    registration: &Registration,
    parameters: &Parameters,
    request: &mut ClientRequest,
) -> Result<Wishes, Refusal> {
    if parameters.get("request").is_some() {
        return Err(Refusal::new("request_not_supported", "Request objects are not supported."));
    }
    if parameters.get("request_uri").is_some() {
        return Err(Refusal::new("request_uri_not_supported", "request_uri is not supported."));
    }
    if parameters.get("registration").is_some() {
        return Err(Refusal::new("registration_not_supported", "Clients are registered by administrators alone."));
    }
    match parameters.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(Refusal::new("unsupported_response_type", "Ask for response_type=code.")),
        None => return Err(Refusal::new("invalid_request", "response_type is missing.")),
    }
    match parameters.get("response_mode").map(ResponseMode::named) {
        None => {}
        Some(Some(mode)) if may_use(registration, mode) => {}
        Some(Some(_)) => {
            return Err(Refusal::new("invalid_request", "response_mode=fragment is for single-page clients alone."));
        }
        Some(None) => return Err(Refusal::new("invalid_request", "No such response_mode.")),
    }
    if parameters.get("state").is_some() && request.state.is_none() {
        return Err(Refusal::new("invalid_request", "Send a state of at most 4096 bytes."));
    }
    request.scopes = scope::known(&app.urls, parameters.get("scope").unwrap_or_default());
    request.api = scope::names_api(&app.urls, &request.scopes);
    let silent_scopes = ["offline_access", "profile", "email"];
    if !request.scopes.iter().any(|scope| !silent_scopes.contains(&scope.as_str())) {
        return Err(Refusal::new("invalid_scope", "Ask for the scope openid, or for a resource."));
    }
    let required = registration.pkce_required || !registration.is_confidential();
    request.code_challenge = challenge(parameters, required)?;
    request.nonce = parameters.owned("nonce");
    if request.nonce.as_ref().is_some_and(|nonce| nonce.len() > LONGEST_NONCE) {
        return Err(Refusal::new("invalid_request", "Send a nonce of at most 1024 bytes."));
    }
    let mut wishes = prompt(parameters.get("prompt"), request)?;
    wishes.max_age = match parameters.get("max_age").map(str::parse::<u64>) {
        None => None,
        Some(Ok(age)) => Some(age),
        Some(Err(_)) => return Err(Refusal::new("invalid_request", "max_age is a number of seconds.")),
    };
    if let Some(token) = parameters.get("id_token_hint") {
        let hint = id_token::hint(app, tenant, token).filter(|hint| hint.app == registration.app);
        let words = "id_token_hint is no ID token that this organization made for this client.";
        request.subject = Some(hint.ok_or(Refusal::new("invalid_request", words))?.subject);
    }
    if let Some(text) = parameters.get("claims") {
        let (claims, second_factor) = claims_request(text)?;
        request.claims = claims;
        request.second_factor = second_factor;
    }
    let mut acr = parameters.get("acr_values").unwrap_or_default().split(' ');
    // In order of preference: a second factor that comes after something less is a wish that is fulfilled without it.
    let first_known = acr.find(|value| [ACR_EMAIL, ACR_SINGLE, ACR_MULTI].contains(value));
    request.second_factor |= first_known == Some(ACR_MULTI);
    Ok(wishes)
}

/// OpenID Connect Core 1.0 §3.1.2.1: `none` stands alone.
fn prompt(text: Option<&str>, request: &mut ClientRequest) -> Result<Wishes, Refusal> {
    let mut wishes = Wishes::default();
    let values: Vec<&str> = text.unwrap_or_default().split(' ').filter(|value| !value.is_empty()).collect();
    for value in &values {
        match *value {
            "none" if values.len() == 1 => request.silent = true,
            "none" => return Err(Refusal::new("invalid_request", "prompt=none stands alone.")),
            "login" => wishes.anew = true,
            "consent" => request.ask_consent = true,
            "select_account" => wishes.choose_account = true,
            _ => return Err(Refusal::new("invalid_request", "No such prompt.")),
        }
    }
    Ok(wishes)
}

/// OpenID Connect Core 1.0 §5.5: names of single claims, and whether an essential `acr` asks for a second factor.
fn claims_request(text: &str) -> Result<(ClaimsRequest, bool), Refusal> {
    const SHAPE: Refusal =
        Refusal::new("invalid_request", "claims is no JSON object as OpenID Connect Core 1.0 §5.5 has it.");
    if text.len() > LONGEST_CLAIMS {
        return Err(SHAPE);
    }
    let whole: Value = serde_json::from_str(text).map_err(|_| SHAPE)?;
    let whole = whole.as_object().ok_or(SHAPE)?;
    let names = |place: &str| -> Result<Vec<String>, Refusal> {
        match whole.get(place) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Object(asked)) => {
                // What we have no claim for is left out: it would only make the way longer.
                let known = asked.keys().filter(|name| claims::ABOUT_GUESTS.contains(&name.as_str()));
                Ok(known.take(MOST_CLAIMS).cloned().collect())
            }
            Some(_) => Err(SHAPE),
        }
    };
    let asked = ClaimsRequest { id_token: names("id_token")?, userinfo: names("userinfo")? };
    let acr = whole.get("id_token").and_then(|place| place.get("acr"));
    let essential = acr.and_then(|acr| acr.get("essential")).and_then(Value::as_bool) == Some(true);
    let is_two = |value: &Value| value.as_str() == Some(ACR_MULTI);
    let values = acr.and_then(|acr| acr.get("values")).and_then(Value::as_array);
    let only_two = acr.and_then(|acr| acr.get("value")).is_some_and(is_two)
        || values.is_some_and(|values| !values.is_empty() && values.iter().all(is_two));
    Ok((asked, essential && only_two))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ClientKind, ManagedBy, SigningAlgorithm};

    const CALLBACK: &str = "https://wiki.contoso.example/.vestibule/callback";
    const APP: &str = "c0a70500-0000-4000-8000-0000000000b1";

    fn ask(changes: &[(&str, Option<&str>)]) -> Result<Destination, Refusal> {
        let challenge = "a".repeat(CHALLENGE_LENGTH);
        let mut pairs = vec![
            ("client_id", APP.to_owned()),
            ("redirect_uri", CALLBACK.to_owned()),
            ("response_type", "code".to_owned()),
            ("scope", "openid".to_owned()),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256".to_owned()),
            ("state", "sealed".to_owned()),
        ];
        for (name, value) in changes {
            pairs.retain(|(key, _)| key != name);
            if let Some(value) = value {
                pairs.push((name, (*value).to_owned()));
            }
        }
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let parameters = Parameters::of_query(&query)?;
        own_host(&parameters, |id| (id.to_string() == APP).then(|| CALLBACK.to_owned()))?.ok_or(UNKNOWN)
    }

    #[test]
    fn a_good_request_names_its_destination() {
        assert!(matches!(ask(&[]), Ok(Destination::App { redirect_uri, .. }) if redirect_uri == CALLBACK));
    }

    #[test]
    fn j1_only_the_exact_redirect_uri_is_taken() {
        for uri in [
            "",
            "https://wiki.contoso.example/.vestibule/callback/",
            "https://wiki.contoso.example/.vestibule/callback?x=1",
            "https://wiki.contoso.example/.vestibule/callback#x",
            "https://WIKI.contoso.example/.vestibule/callback",
            "http://wiki.contoso.example/.vestibule/callback",
            "https://wiki.contoso.example:443/.vestibule/callback",
            "https://wiki.contoso.example/.vestibule/../.vestibule/callback",
            "https://evil.example/.vestibule/callback",
            "https://wiki.contoso.example@evil.example/.vestibule/callback",
            "https://wiki.contoso.example.evil.example/.vestibule/callback",
            "//evil.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(ask(&[("redirect_uri", Some(uri))]).unwrap_err().code, "unauthorized_client", "{uri}");
            // The control: comparing by prefix, as is often done, lets some of them through.
            if uri.starts_with(CALLBACK) {
                assert!(uri.len() > CALLBACK.len());
            }
        }
        assert!(ask(&[("client_id", Some("c0a70500-0000-4000-8000-0000000000b2"))]).is_err());
    }

    #[test]
    fn j3_pkce_cannot_be_left_out_or_weakened() {
        for changes in [
            [("code_challenge", None), ("code_challenge_method", None)],
            [("code_challenge", Some("short")), ("code_challenge_method", Some("S256"))],
            [("code_challenge", Some("")), ("code_challenge_method", Some("S256"))],
        ] {
            assert_eq!(ask(&changes).unwrap_err().code, "invalid_request", "{changes:?}");
        }
        assert!(ask(&[("code_challenge_method", Some("plain"))]).is_err());
        assert!(ask(&[("code_challenge_method", None)]).is_err());
    }

    fn portal(kind: ClientKind) -> Registration {
        Registration {
            app: APP.parse().unwrap(),
            display_name: "Portal".to_owned(),
            description: String::new(),
            home_tenant: None,
            kind,
            redirect_uris: vec!["https://portal.example/cb".to_owned()],
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            home_page_url: None,
            secrets: Vec::new(),
            keys: None,
            id_token_alg: SigningAlgorithm::Rs256,
            pkce_required: true,
            third_party: false,
            managed_by: ManagedBy::Directory,
        }
    }

    #[test]
    fn a_fragment_is_for_single_pages_and_an_unknown_mode_for_nobody() {
        let mode = |kind, text: &str| {
            let parameters = Parameters::of_query(&format!("response_mode={text}")).unwrap();
            begun(&portal(kind), "https://portal.example/cb", &parameters, Timestamp::from_seconds(0)).response_mode
        };
        assert_eq!(mode(ClientKind::Spa, "fragment"), ResponseMode::Fragment);
        assert_eq!(mode(ClientKind::Web, "fragment"), ResponseMode::Query, "the error goes where it can be read");
        assert_eq!(mode(ClientKind::Web, "form_post"), ResponseMode::FormPost);
        assert_eq!(mode(ClientKind::Web, "web_message"), ResponseMode::Query);
    }

    #[test]
    fn prompts_are_read_whole() {
        let read = |text: &str| {
            let parameters = Parameters::default();
            let mut request = begun(&portal(ClientKind::Web), "", &parameters, Timestamp::from_seconds(0));
            prompt(Some(text), &mut request).map(|wishes| (wishes, request.silent, request.ask_consent))
        };
        assert_eq!(read("none").unwrap(), (Wishes::default(), true, false));
        let login = Wishes { anew: true, ..Wishes::default() };
        assert_eq!(read("login consent").unwrap(), (login, false, true));
        assert!(read("select_account").unwrap().0.choose_account);
        for wrong in ["none login", "login none", "create", "LOGIN"] {
            assert_eq!(read(wrong).unwrap_err().code, "invalid_request", "{wrong}");
        }
    }

    #[test]
    fn a17_how_fresh_a_sign_in_must_be() {
        let now = Timestamp::from_micros(1_000_000_500_000);
        let old = |seconds: u64| Timestamp::from_micros(now.micros() - i64::try_from(seconds).unwrap() * 1_000_000);
        let hour = Wishes { max_age: Some(3600), ..Wishes::default() }.fresh(now).unwrap();
        assert!(hour.is_met_by(old(3599), None) && !hour.is_met_by(old(3602), None));
        assert!(!hour.is_met_by(old(10), Some(old(7200))), "the provider remembered somebody of two hours ago");
        assert!(hour.is_met_by(old(10), Some(old(3700))), "clocks differ by minutes");
        for wishes in [
            Wishes { anew: true, ..Wishes::default() },
            Wishes { choose_account: true, ..Wishes::default() },
            Wishes { max_age: Some(0), ..Wishes::default() },
        ] {
            let fresh = wishes.fresh(now).unwrap();
            assert!(!fresh.is_met_by(old(1), None) && fresh.is_met_by(now, None), "{wishes:?}");
        }
        assert_eq!(Wishes::default().fresh(now), None);
    }

    #[test]
    fn single_claims_are_names_and_nothing_else() {
        let text = r#"{"userinfo":{"name":{"essential":true},"admin":null},"id_token":{"email":{"value":"x@y"}}}"#;
        let (claims, second_factor) = claims_request(text).unwrap();
        assert_eq!((claims.userinfo, claims.id_token), (vec!["name".to_owned()], vec!["email".to_owned()]));
        assert!(!second_factor);
        let essential = |values: &[&str]| serde_json::json!({ "essential": true, "values": values }).to_string();
        let acr = |acr: &str| claims_request(&format!(r#"{{"id_token":{{"acr":{acr}}}}}"#)).unwrap().1;
        assert!(acr(&essential(&[ACR_MULTI])) && acr(&format!(r#"{{"essential":true,"value":"{ACR_MULTI}"}}"#)));
        assert!(
            !acr(&format!(r#"{{"value":"{ACR_MULTI}"}}"#))
                && !acr(&essential(&[ACR_MULTI, ACR_SINGLE]))
                && !acr("null")
        );
        for wrong in ["", "[]", "1", "{", r#"{"userinfo":[]}"#, r#"{"id_token":"x"}"#] {
            assert!(claims_request(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ui_locales_name_languages_that_we_have() {
        assert_eq!(known_language("de fr-CA en"), Some("fr"));
        assert_eq!(known_language("NL"), Some("nl"));
        assert_eq!(known_language("de"), None);
    }
}
