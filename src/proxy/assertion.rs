//! Who the guest is, as header fields and as a signed assertion (decision 14): made once per session and app, and made
//! anew before it expires.

use std::sync::Arc;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderName, HeaderValue};
use serde::Serialize;

use super::permit::Permit;
use super::seams::{SignAssertion, SignFault};
use crate::model::{HeaderPreset, SessionRecord, Timestamp};
use crate::session::CachedFields;
use crate::urls::Urls;

/// `typ` of the assertion; ID-token validators refuse it.
pub const ASSERTION_TYPE: &str = "vestibule-assertion+jwt";
/// How long an assertion counts; at most five minutes.
const LIFETIME: Duration = Duration::from_secs(300);
/// Made anew this long before it expires, so that an app never gets one that dies on the way.
const RENEW_BEFORE: Duration = Duration::from_secs(120);

/// Claims of the assertion.
#[derive(Debug, Serialize)]
pub struct AssertionClaims {
    /// Issuer of the tenant.
    pub iss: String,
    /// The app.
    pub aud: String,
    /// Object id of the guest.
    pub sub: String,
    /// The tenant.
    pub tid: String,
    /// Mail, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Display name.
    pub name: String,
    /// Groups and app roles together, as the headers have them (decision 14).
    pub groups: Vec<String>,
    /// The roles in this app alone, for apps that must tell a role from a group of the same name.
    pub roles: Vec<String>,
    /// How the guest signed in (RFC 8176; `fed` and `email-otp` are our own names). `mfa` only where a second factor was
    /// shown; a code by mail alone is never one.
    pub amr: Vec<&'static str>,
    /// How strong the sign-in was: one of the three `urn:vestibule:acr:` names.
    pub acr: &'static str,
    /// When a secret was last shown, in seconds.
    pub auth_time: i64,
    /// Made at, in seconds.
    pub iat: i64,
    /// Good until, in seconds.
    pub exp: i64,
}

/// Makes the fields for one session and app.
pub fn fields(
    permit: &Permit<'_>,
    urls: &Urls,
    signer: &dyn SignAssertion,
    now: Timestamp,
) -> Result<CachedFields, SignFault> {
    let record = permit.record();
    // An assertion must not outlive the session that it speaks of.
    let expires_at = now.plus(LIFETIME).min(record.absolute_end);
    let renew_at = now.plus(LIFETIME.saturating_sub(RENEW_BEFORE)).min(expires_at);
    let claims = AssertionClaims {
        iss: urls.issuer(record.tenant),
        aud: permit.app().id.to_string(),
        sub: record.user.to_string(),
        tid: record.tenant.to_string(),
        email: record.mail.as_ref().map(|mail| mail.as_str().to_owned()),
        name: record.display_name.clone(),
        groups: record.groups_for(permit.app().id),
        roles: record.roles_for(permit.app().id),
        amr: record.amr(),
        acr: record.acr(),
        auth_time: record.auth_time().seconds(),
        iat: now.seconds(),
        exp: expires_at.seconds(),
    };
    let assertion = signer.sign_assertion(record.tenant, &claims)?;
    let mut texts = plain_fields(permit.app().headers, record, &claims.groups);
    texts.push(("vestibule-assertion", assertion));
    Ok(CachedFields { record: Arc::clone(record), fields: in_one_piece(&texts), renew_at, expires_at })
}

fn plain_fields(preset: HeaderPreset, record: &SessionRecord, groups: &[String]) -> Vec<(&'static str, String)> {
    let user = record.user.to_string();
    let mail = record.mail.as_ref().map(|mail| text(mail.as_str()));
    let groups = groups.iter().map(|group| list_item(group)).collect::<Vec<_>>().join(",");
    let names: &[(&str, What)] = match preset {
        HeaderPreset::OAuth2Proxy => &[
            ("x-forwarded-user", What::User),
            ("x-forwarded-email", What::Mail),
            ("x-forwarded-preferred-username", What::Mail),
            ("x-forwarded-groups", What::Groups),
            ("x-auth-request-user", What::User),
            ("x-auth-request-email", What::Mail),
            ("x-auth-request-preferred-username", What::Mail),
            ("x-auth-request-groups", What::Groups),
        ],
        HeaderPreset::Authelia => &[
            ("remote-user", What::User),
            ("remote-email", What::Mail),
            ("remote-groups", What::Groups),
            ("remote-name", What::Name),
        ],
        HeaderPreset::Pomerium => &[
            ("x-pomerium-claim-sub", What::User),
            ("x-pomerium-claim-user", What::User),
            ("x-pomerium-claim-email", What::Mail),
            ("x-pomerium-claim-groups", What::Groups),
            ("x-pomerium-claim-name", What::Name),
        ],
    };
    let mut fields: Vec<(&'static str, String)> = names
        .iter()
        .filter_map(|(name, what)| {
            let value = match what {
                What::User => Some(user.clone()),
                What::Mail => mail.clone(),
                What::Groups => Some(groups.clone()).filter(|groups| !groups.is_empty()),
                What::Name => Some(text(&record.display_name)),
            };
            value.map(|value| (*name, value))
        })
        .collect();
    fields.push(("x-vestibule-tenant", record.tenant.to_string()));
    fields
}

#[derive(Clone, Copy)]
enum What {
    User,
    Mail,
    Groups,
    Name,
}

/// A value in `[\x20-\x7e]`; everything else is percent-encoded, and so is the percent sign, so that decoding gives the
/// very text back. Spaces at the ends would be trimmed on the way.
fn text(value: &str) -> String {
    encode(value, |_| false)
}

/// As [`text`]; a comma within a name must not look like the end of it.
fn list_item(value: &str) -> String {
    encode(value, |byte| byte == b',')
}

fn encode(value: &str, also: impl Fn(u8) -> bool) -> String {
    let last = value.len().saturating_sub(1);
    let mut encoded = String::with_capacity(value.len());
    for (at, byte) in value.bytes().enumerate() {
        let edge = byte == b' ' && (at == 0 || at == last);
        if (0x20..0x7f).contains(&byte) && byte != b'%' && !also(byte) && !edge {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(percent_encoding::percent_encode_byte(byte));
        }
    }
    encoded
}

/// All values share one allocation: a session in memory is one block, and handing them out is one counter each.
fn in_one_piece(texts: &[(&'static str, String)]) -> Vec<(HeaderName, HeaderValue)> {
    let mut block = BytesMut::with_capacity(texts.iter().map(|(_, value)| value.len()).sum());
    for (_, value) in texts {
        block.put_slice(value.as_bytes());
    }
    let mut block: Bytes = block.freeze();
    texts
        .iter()
        .filter_map(|(name, value)| {
            let mut value = HeaderValue::from_maybe_shared(block.split_to(value.len())).ok()?;
            value.set_sensitive(true);
            Some((HeaderName::from_static(name), value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TenantId;
    use crate::proxy::permit::permit;
    use crate::proxy::samples::{NOW, record, snapshot, tenant_id, wiki};
    use crate::session::Session;

    struct Echo;

    impl SignAssertion for Echo {
        fn sign_assertion(&self, tenant: TenantId, claims: &AssertionClaims) -> Result<String, SignFault> {
            Ok(format!("{tenant}.{}", data_encoding::BASE64URL_NOPAD.encode(&serde_json::to_vec(claims).unwrap())))
        }

        fn jwks(&self, _tenant: TenantId) -> serde_json::Value {
            serde_json::Value::Null
        }
    }

    fn made(preset: HeaderPreset, change: impl FnOnce(&mut SessionRecord)) -> CachedFields {
        let snapshot = snapshot();
        let mut app = wiki();
        app.headers = preset;
        let mut facts = record(1);
        change(&mut facts);
        let session = Session::new(facts, NOW);
        let tenant = snapshot.tenant(tenant_id(1)).unwrap();
        let permit = permit(&app, tenant, Some(&session), NOW, &snapshot).unwrap();
        let urls = Urls::new(&"https://login.example:8443/".parse().unwrap());
        fields(&permit, &urls, &Echo, NOW).unwrap()
    }

    fn value(fields: &CachedFields, name: &str) -> Option<String> {
        let (_, value) = fields.fields.iter().find(|(known, _)| known == name)?;
        Some(value.to_str().unwrap().to_owned())
    }

    #[test]
    fn each_preset_has_its_own_names() {
        let fields = made(HeaderPreset::OAuth2Proxy, |_| ());
        assert_eq!(value(&fields, "x-forwarded-email").as_deref(), Some("guest@fabrikam.example"));
        assert_eq!(value(&fields, "x-forwarded-user").as_deref(), Some("00000000-0000-0000-0000-000000000007"));
        assert_eq!(value(&fields, "x-vestibule-tenant"), Some(tenant_id(1).to_string()));
        assert_eq!(value(&fields, "remote-user"), None);
        let fields = made(HeaderPreset::Authelia, |_| ());
        assert_eq!(value(&fields, "remote-name").as_deref(), Some("G%C3%A9rard Guest"));
        assert_eq!(value(&fields, "remote-groups").as_deref(), Some("Partners,a%2Cb"));
        assert!(value(&made(HeaderPreset::Pomerium, |_| ()), "x-pomerium-claim-email").is_some());
    }

    #[test]
    fn values_stay_printable_and_absent_facts_stay_absent() {
        let fields = made(HeaderPreset::Authelia, |facts| {
            facts.display_name = " a\r\nX-Evil: 1\0\u{202e}% ".into();
            facts.mail = None;
            facts.groups.clear();
        });
        assert_eq!(value(&fields, "remote-name").as_deref(), Some("%20a%0D%0AX-Evil: 1%00%E2%80%AE%25%20"));
        assert_eq!(value(&fields, "remote-email"), None);
        assert_eq!(value(&fields, "remote-groups"), None);
    }

    fn claims(fields: &CachedFields) -> serde_json::Value {
        let text = value(fields, "vestibule-assertion").unwrap();
        let claims = data_encoding::BASE64URL_NOPAD.decode(text.split_once('.').unwrap().1.as_bytes()).unwrap();
        serde_json::from_slice(&claims).unwrap()
    }

    #[test]
    fn an_app_is_told_its_own_roles_alone() {
        let role = |app, role: &str| crate::model::AppRole { app, role: role.to_owned() };
        let mut other = wiki().id;
        let fields = made(HeaderPreset::Authelia, |facts| {
            other = facts.assigned_apps.iter().copied().find(|app| *app != wiki().id).unwrap();
            facts.groups = vec!["Partners".to_owned(), "Readers".to_owned()];
            facts.app_roles = vec![role(other, "Owner"), role(wiki().id, "Editor"), role(wiki().id, "Partners")];
        });
        assert_eq!(value(&fields, "remote-groups").as_deref(), Some("Partners,Readers,Editor"), "each name once");
        assert_ne!(other, wiki().id);
        assert_eq!(claims(&fields)["groups"], serde_json::json!(["Partners", "Readers", "Editor"]));
        assert_eq!(claims(&fields)["roles"], serde_json::json!(["Editor", "Partners"]));
        let nobody = made(HeaderPreset::Authelia, |facts| facts.app_roles = vec![role(other, "Owner")]);
        assert_eq!(claims(&nobody)["roles"], serde_json::json!([]), "always there, so that no app guesses");
    }

    #[test]
    fn the_assertion_names_tenant_app_and_guest_and_dies_with_the_session() {
        let fields = made(HeaderPreset::OAuth2Proxy, |facts| facts.absolute_end = NOW.plus(Duration::from_secs(60)));
        let claims = claims(&fields);
        assert_eq!(claims["iss"], format!("https://login.example:8443/{}/v2.0", tenant_id(1)));
        assert_eq!(claims["aud"], wiki().id.to_string());
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
        assert_eq!(claims["acr"], crate::model::ACR_EMAIL);
        assert_eq!((&claims["amr"], &claims["auth_time"]), (&serde_json::json!(["email-otp"]), &NOW.seconds().into()));
        let fields = made(HeaderPreset::OAuth2Proxy, |_| ());
        assert!(fields.expires_at <= NOW.plus(Duration::from_secs(300)) && fields.renew_at < fields.expires_at);
    }
}
