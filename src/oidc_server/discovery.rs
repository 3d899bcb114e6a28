//! What this provider can do and with which keys it signs (OpenID Connect Discovery 1.0 §3, RFC 8414, RFC 7517).

use serde_json::{Value, json};

use super::answer::{Answer, broken, kept_json};
use super::asked::Asked;
use super::cors::readable;
use crate::i18n;
use crate::model::{ACR_EMAIL, ACR_MULTI, ACR_SINGLE, ResponseMode, SigningAlgorithm};
use crate::tokens::claims::ABOUT_GUESTS;
use crate::tokens::device::GRANT_TYPE;
use crate::tokens::scope::IDENTITY;

/// How long documents may be kept: five minutes, so that the next key is known long before it signs (attack row J11).
const KEPT: &str = "public, max-age=300";
/// How clients prove who they are where they must.
const AUTHENTICATION: [&str; 3] = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
/// What assertions may be signed with.
const ASSERTION_ALGORITHMS: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`. By domain or by id, it speaks of the id: that one never changes.
pub async fn metadata(asked: Asked) -> Answer {
    readable(&asked, kept_json(&document(&asked), KEPT))
}

fn document(asked: &Asked) -> Value {
    let (urls, tenant) = (&asked.app.urls, asked.tenant.id);
    let with_none: Vec<&str> = AUTHENTICATION.into_iter().chain(["none"]).collect();
    let claims: Vec<&str> = ["iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"]
        .into_iter()
        .chain(ABOUT_GUESTS)
        .collect();
    let modes = [ResponseMode::Query, ResponseMode::Fragment, ResponseMode::FormPost].map(ResponseMode::as_str);
    let languages: Vec<&str> = i18n::names().map(|(tag, _)| tag).collect();
    let mut document = json!({
        "issuer": urls.issuer(tenant),
        "authorization_endpoint": urls.authorize(tenant),
        "token_endpoint": urls.token(tenant),
        "userinfo_endpoint": urls.userinfo(tenant),
        "jwks_uri": urls.keys(tenant),
        "end_session_endpoint": urls.oauth2(tenant, "logout"),
        "introspection_endpoint": urls.oauth2(tenant, "introspect"),
        "revocation_endpoint": urls.oauth2(tenant, "revoke"),
        "device_authorization_endpoint": urls.oauth2(tenant, "devicecode"),
        "pushed_authorization_request_endpoint": urls.oauth2(tenant, "par"),
        "response_types_supported": ["code"],
        "response_modes_supported": modes,
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials", GRANT_TYPE],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": SigningAlgorithm::ALL.map(SigningAlgorithm::as_str),
        "scopes_supported": IDENTITY,
        "token_endpoint_auth_methods_supported": with_none,
        "token_endpoint_auth_signing_alg_values_supported": ASSERTION_ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": AUTHENTICATION,
        "introspection_endpoint_auth_signing_alg_values_supported": ASSERTION_ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": with_none,
        "revocation_endpoint_auth_signing_alg_values_supported": ASSERTION_ALGORITHMS,
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": claims,
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "require_request_uri_registration": false,
        "require_pushed_authorization_requests": false,
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "frontchannel_logout_supported": false,
        "acr_values_supported": [ACR_EMAIL, ACR_SINGLE, ACR_MULTI],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": languages,
    });
    let statement = asked.tenant.privacy.statement_url.as_ref();
    if let (Some(document), Some(statement)) = (document.as_object_mut(), statement) {
        document.insert("op_policy_uri".to_owned(), json!(statement));
    }
    document
}

/// `GET /{tenant}/discovery/v2.0/keys`.
pub async fn keys(asked: Asked) -> Answer {
    // A tenant's RSA key is made in the background; whoever asks for keys wants all of them.
    match asked.app.keys.ensure_rs256(asked.tenant.id).await {
        Ok(()) => readable(&asked, kept_json(&asked.app.keys.jwks(asked.tenant.id), KEPT)),
        Err(error) => broken(&asked, &error),
    }
}
