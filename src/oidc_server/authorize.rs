//! The authorization endpoint (RFC 6749 §3.1). So far app hosts and the admin host are its only clients, each with one exact
//! redirect URI; they and the apps of later releases share the journey behind it.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use http::{HeaderValue, Response, StatusCode, header};

use crate::app::App;
use crate::model::{AppId, TenantId};
use crate::signin::arrive::registered_callback;
use crate::signin::{Destination, Ticket};
use crate::tenants::resolve;
use crate::web::headers;
use crate::web::interstitial::see_other;

/// Longest `state` that is carried along, in bytes.
const LONGEST_STATE: usize = 4096;
/// Length of an S256 challenge: 32 bytes in base64url (RFC 7636 §4.2).
const CHALLENGE_LENGTH: usize = 43;

/// Why a request is no authorization request: the error code of RFC 6749 §4.1.2.1 and words for developers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthorizeFault {
    /// `invalid_request`, `unauthorized_client`, …
    pub code: &'static str,
    /// What to mend.
    pub description: &'static str,
}

const fn fault(code: &'static str, description: &'static str) -> AuthorizeFault {
    AuthorizeFault { code, description }
}

/// `GET /{tenant}/oauth2/v2.0/authorize`: checks the client, then leads into the journey.
pub async fn authorize(
    State(app): State<Arc<App>>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
) -> Response<String> {
    let snapshot = app.snapshot.load_full();
    let Some(tenant) = resolve(&snapshot, &tenant) else {
        return no_such_tenant();
    };
    // An app that this tenant does not use is as unknown here as one that does not exist.
    let callback = |id| registered_callback(&app.settings, &snapshot, tenant, id);
    let accepted = read(query.as_deref().unwrap_or_default(), callback);
    match accepted {
        Ok(destination) => {
            let query = query.as_deref().unwrap_or_default();
            let (login_hint, domain_hint) = (hint(query, "login_hint"), hint(query, "domain_hint"));
            let ticket = Ticket::to(destination).with_hints(login_hint.as_deref(), domain_hint.as_deref());
            let ticket = ticket.seal(&app.keys, tenant.id);
            see_other(&journey(tenant.id, &ticket))
        }
        // The redirect URI is not proved yet, so the error stays here (RFC 9700 §4.11.2).
        Err(fault) => refusal(StatusCode::BAD_REQUEST, fault),
    }
}

/// The endpoint is for browsers that are sent here: GET, and nothing else so far.
pub async fn wrong_method() -> Response<String> {
    refusal(StatusCode::METHOD_NOT_ALLOWED, fault("invalid_request", "Send the browser here with GET."))
}

/// The one value of a hint; twice the same name is none.
fn hint(query: &str, name: &str) -> Option<String> {
    let mut values = url::form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    match (values.next(), values.next()) {
        (Some((_, value)), None) => Some(value.into_owned()),
        _ => None,
    }
}

fn journey(tenant: TenantId, ticket: &str) -> String {
    format!("/{tenant}/sign-in?t={ticket}")
}

/// The answer of every OIDC endpoint for a tenant that is unknown, disabled or missing.
pub fn no_such_tenant() -> Response<String> {
    let fault = fault(
        "invalid_request",
        "This address names no organization. Put the organization's id or verified domain into the path: \
         /{organization}/oauth2/v2.0/authorize",
    );
    refusal(StatusCode::NOT_FOUND, fault)
}

fn refusal(status: StatusCode, fault: AuthorizeFault) -> Response<String> {
    let body = serde_json::json!({ "error": fault.code, "error_description": fault.description });
    let mut response = Response::new(body.to_string());
    *response.status_mut() = status;
    headers::for_page(response.headers_mut(), None);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Reads the request. `callback_of` gives the one redirect URI of a client.
fn read(query: &str, callback_of: impl Fn(AppId) -> Option<String>) -> Result<Destination, AuthorizeFault> {
    let single = |name: &str| {
        let mut values = url::form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Ok(value.into_owned()),
            (None, _) => Ok(String::new()),
            // RFC 6749 §3.1: parameters must not be included more than once.
            (Some(_), Some(_)) => Err(fault("invalid_request", "A parameter is there twice.")),
        }
    };
    let unknown = fault("unauthorized_client", "No application with this client_id and redirect_uri is registered.");
    let app: AppId = single("client_id")?.parse().map_err(|_| unknown)?;
    let redirect_uri = single("redirect_uri")?;
    if callback_of(app).is_none_or(|registered| registered != redirect_uri) {
        return Err(unknown);
    }
    if single("response_type")? != "code" {
        return Err(fault("unsupported_response_type", "Ask for response_type=code."));
    }
    if !single("scope")?.split(' ').any(|scope| scope == "openid") {
        return Err(fault("invalid_scope", "Ask for the scope openid."));
    }
    let code_challenge = single("code_challenge")?;
    let shaped = code_challenge.len() == CHALLENGE_LENGTH
        && code_challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if single("code_challenge_method")? != "S256" || !shaped {
        return Err(fault("invalid_request", "Send a code_challenge with code_challenge_method=S256 (RFC 7636)."));
    }
    let state = single("state")?;
    if state.is_empty() || state.len() > LONGEST_STATE {
        return Err(fault("invalid_request", "Send a state of at most 4096 bytes."));
    }
    Ok(Destination::App { app, redirect_uri, state, code_challenge })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLBACK: &str = "https://wiki.contoso.example/.vestibule/callback";
    const APP: &str = "c0a70500-0000-4000-8000-0000000000b1";

    fn ask(changes: &[(&str, Option<&str>)]) -> Result<Destination, AuthorizeFault> {
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
        read(&query, |id| (id.to_string() == APP).then(|| CALLBACK.to_owned()))
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

    #[test]
    fn a_parameter_twice_is_refused() {
        assert!(read(&format!("client_id={APP}&client_id={APP}"), |_| Some(CALLBACK.to_owned())).is_err());
    }
}
