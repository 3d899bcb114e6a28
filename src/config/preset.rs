//! What a `preset` fills in: the endpoints, scopes and domains of well-known providers.

use crate::model::{ConnectionKind, GOOGLE_DOMAINS, MICROSOFT_CONSUMERS, Preset};
use uuid::Uuid;

/// The words of the key `preset`.
pub(super) const WORDS: [(&str, Preset); 4] = [
    ("google", Preset::Google),
    ("github", Preset::GitHub),
    ("microsoft", Preset::Microsoft),
    ("microsoft-consumers", Preset::MicrosoftConsumers),
];

/// What a connection is unless its file says otherwise.
pub(super) struct Defaults {
    pub display_name: Option<&'static str>,
    pub kind: ConnectionKind,
    pub issuer: Option<&'static str>,
    pub tenant_ids: &'static [Uuid],
    pub scopes: &'static [&'static str],
    pub domains: &'static [&'static str],
    /// Whether it is a button; `None` where the file's domains decide.
    pub social: Option<bool>,
    pub authorization_endpoint: Option<&'static str>,
    pub token_endpoint: Option<&'static str>,
    pub userinfo_endpoint: Option<&'static str>,
    pub emails_endpoint: Option<&'static str>,
    pub subject_field: Option<&'static str>,
}

const OPENID: &[&str] = &["openid", "profile", "email"];

/// A provider that nobody knows: OpenID Connect, and everything stands in the file.
const UNKNOWN: Defaults = Defaults {
    display_name: None,
    kind: ConnectionKind::Oidc,
    issuer: None,
    tenant_ids: &[],
    scopes: OPENID,
    domains: &[],
    social: Some(false),
    authorization_endpoint: None,
    token_endpoint: None,
    userinfo_endpoint: None,
    emails_endpoint: None,
    subject_field: None,
};

/// The issuer of Entra's metadata, with the place for the tenant (Microsoft identity platform, OpenID Connect).
const MICROSOFT: &str = "https://login.microsoftonline.com/{tenantid}/v2.0";

/// What `preset` fills in.
pub(super) fn defaults(preset: Option<Preset>) -> Defaults {
    match preset {
        None => UNKNOWN,
        Some(Preset::Google) => Defaults {
            display_name: Some("Google"),
            issuer: Some("https://accounts.google.com"),
            domains: &GOOGLE_DOMAINS,
            social: None,
            ..UNKNOWN
        },
        Some(Preset::GitHub) => Defaults {
            display_name: Some("GitHub"),
            kind: ConnectionKind::OAuth2,
            issuer: Some("https://github.com/login/oauth"),
            scopes: &["read:user", "user:email"],
            social: Some(true),
            authorization_endpoint: Some("https://github.com/login/oauth/authorize"),
            token_endpoint: Some("https://github.com/login/oauth/access_token"),
            userinfo_endpoint: Some("https://api.github.com/user"),
            emails_endpoint: Some("https://api.github.com/user/emails"),
            // The login can be given up and taken by somebody else; the number never.
            subject_field: Some("id"),
            ..UNKNOWN
        },
        Some(Preset::Microsoft) => {
            Defaults { display_name: Some("Microsoft"), issuer: Some(MICROSOFT), social: None, ..UNKNOWN }
        }
        Some(Preset::MicrosoftConsumers) => Defaults {
            display_name: Some("Microsoft Account"),
            issuer: Some(MICROSOFT),
            tenant_ids: &[MICROSOFT_CONSUMERS],
            social: Some(true),
            ..UNKNOWN
        },
    }
}
