//! `[applications.oidc]` → [`Registration`]: an application as a client of the OIDC provider, its secrets kept apart.

use std::path::Path;

use url::Url;

use super::connection_file::ConnectionSecrets;
use super::section::{Placed, Section};
use super::{files, values};
use crate::model::{
    AppId, ClientKeys, ClientKind, ClientSecret, ManagedBy, Registration, SigningAlgorithm, TenantId,
    check_redirect_uri,
};

/// Most secrets that count at once; more are a sign that none is ever removed.
const SECRETS: usize = 8;

/// Reads the registration of the application `id`, whose own keys stand in `application`.
pub(super) fn read(
    application: &Section<'_>,
    (id, name): (&Option<Placed<AppId>>, Option<&str>),
    home_tenant: Option<TenantId>,
    file: &Path,
    secrets: &mut ConnectionSecrets,
) -> Option<Placed<Registration>> {
    let declared = application.has("oidc");
    let section = application.section("oidc");
    let reader = section.reader;
    let kinds = [("web", ClientKind::Web), ("spa", ClientKind::Spa), ("native", ClientKind::Native)];
    let kind_hint = "web: on a server, with a secret or a key; spa: in browsers; native: on people's devices";
    let kind_place = section.place_of("kind");
    let kind = section.parsed("kind", values::one_of(&kinds), kind_hint).map_or(ClientKind::Web, |kind| kind.value);
    let uri = |text: &str| match check_redirect_uri(kind, text) {
        Ok(()) => Ok(text.to_owned()),
        Err(fault) => Err(format!("`{text}` {fault}")),
    };
    let uri_hint = "the exact address, as the application sends it: no wildcard, no fragment";
    let redirect_uris = section.list("redirect_uris", uri, uri_hint).unwrap_or_default();
    let signed_out = section.list("post_logout_redirect_uris", uri, uri_hint).unwrap_or_default();
    let logout_hint = "an https address of the application, which our server must reach";
    let backchannel_logout_uri = section.parsed("backchannel_logout_uri", values::https_url, logout_hint);
    let home_hint = "an https address at which people begin, e.g. https://portal.example/";
    let home_page_url = section.parsed("home_page_url", values::https_url, home_hint);
    let jwks = section.parsed("jwks", jwk_set, "the application's public keys as JSON: '{\"keys\": […]}'");
    let jwks_uri = section.parsed("jwks_uri", values::https_url, "where the application publishes its public keys");
    let algorithms = [("RS256", SigningAlgorithm::Rs256), ("ES256", SigningAlgorithm::Es256)];
    let id_token_alg = section.parsed("id_token_alg", values::one_of(&algorithms), "RS256 or ES256");
    let pkce_place = section.place_of("require_pkce");
    let pkce_required = section.boolean("require_pkce", true);
    let third_party = section.boolean("third_party", false);
    let secret_sections = section.sections("secrets", "name");

    let keys = match (jwks, jwks_uri) {
        (Some(jwks), Some(_)) => {
            reader.fault(&jwks.place, "`jwks` and `jwks_uri` are both set", "keep one of them");
            None
        }
        (Some(jwks), None) => Some(ClientKeys::Inline(jwks.value)),
        (None, Some(uri)) => Some(ClientKeys::At(uri.value)),
        (None, None) => None,
    };
    if kind != ClientKind::Web && (!secret_sections.is_empty() || keys.is_some()) {
        let hint = "remove secrets and keys, or use kind = \"web\" for what runs on a server";
        reader.fault(&kind_place, "what runs in browsers or on devices keeps no secret", hint);
    }
    if kind != ClientKind::Web && !pkce_required {
        reader.fault(&pkce_place, "without a secret, PKCE is all that protects a code", "remove `require_pkce`");
    }
    if declared && kind != ClientKind::Web && redirect_uris.is_empty() {
        reader.fault(&section.place, "`redirect_uris` is missing", uri_hint);
    }
    if secret_sections.len() > SECRETS {
        reader.fault(&section.place, "more than 8 secrets", "remove those that nobody uses any more");
    }
    let mut client_secrets: Vec<ClientSecret> = Vec::new();
    for secret in secret_sections {
        let Some(read) = client_secret(&secret, (id, name), file, secrets) else { continue };
        if client_secrets.iter().any(|other| other.name == read.name) {
            reader.fault(&secret.place, format!("there is another secret `{}`", read.name), "give each its own name");
        }
        client_secrets.push(read);
    }
    let (id, name) = (id.as_ref().filter(|_| declared)?, name?);
    let registration = Registration {
        app: id.value,
        display_name: name.to_owned(),
        description: String::new(),
        home_tenant,
        kind,
        redirect_uris: redirect_uris.into_iter().map(|uri| uri.value).collect(),
        post_logout_redirect_uris: signed_out.into_iter().map(|uri| uri.value).collect(),
        backchannel_logout_uri: backchannel_logout_uri.map(|uri: Placed<Url>| uri.value),
        home_page_url: home_page_url.map(|url: Placed<Url>| url.value),
        secrets: client_secrets,
        keys,
        id_token_alg: id_token_alg.map_or(SigningAlgorithm::Rs256, |algorithm| algorithm.value),
        pkce_required,
        third_party,
        managed_by: ManagedBy::File { place: section.place.short() },
    };
    Some(Placed { value: registration, place: id.place.clone() })
}

fn client_secret(
    section: &Section<'_>,
    (id, app): (&Option<Placed<AppId>>, Option<&str>),
    file: &Path,
    secrets: &mut ConnectionSecrets,
) -> Option<ClientSecret> {
    let name =
        section.required("name", values::name, "what you call this secret, e.g. the year; it is no secret itself");
    let expires = section.parsed("expires", values::day, "the day on which it stops counting, e.g. 2027-12-31");
    let value = files::secret(section, "value", "value_file", file);
    let name = name?;
    match (id, value) {
        (Some(id), Some(value)) => secrets.insert_client(id.value, &name.value, &value.value),
        (_, Some(_)) => {}
        (_, None) => {
            let hint = format!("set value_file, or the variable {}", section.variable("value"));
            let message =
                format!("the secret `{}` of `{}` has no value and counts for nothing", name.value, app.unwrap_or("?"));
            section.reader.notice(&name.place, message, hint);
        }
    }
    Some(ClientSecret { name: name.value, expires_at: expires.map(|day| day.value), digest: None })
}

/// A JWK Set with at least one key that we would believe.
fn jwk_set(text: &str) -> Result<String, String> {
    let set: serde_json::Value = serde_json::from_str(text).map_err(|error| format!("this is no JSON: {error}"))?;
    let keys = set.get("keys").and_then(serde_json::Value::as_array).filter(|keys| !keys.is_empty());
    let keys = keys.ok_or_else(|| "this is no JWK Set with keys (RFC 7517 §5)".to_owned())?;
    if keys.iter().any(|key| key.get("d").is_some() || key.get("k").is_some()) {
        return Err("this holds a private key; write the public half".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_public_and_there() {
        assert!(jwk_set(r#"{"keys":[{"kty":"EC","crv":"P-256","x":"a","y":"b"}]}"#).is_ok());
        for wrong in ["", "{}", "[]", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"EC","d":"x"}]}"#, r#"{"keys":[{"k":"x"}]}"#]
        {
            assert!(jwk_set(wrong).is_err(), "{wrong}");
        }
    }
}
