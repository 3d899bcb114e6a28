//! What an OIDC client asks for, once it is checked, and the answer that goes back to it through the browser.

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::{AppId, Timestamp};

/// How the answer gets back to the client (OAuth 2.0 Multiple Response Type Encoding Practices §2.1, OAuth 2.0 Form Post).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    #[default]
    Query,
    /// In its fragment, which never reaches a server: for single pages alone.
    Fragment,
    /// As a form that the browser sends.
    FormPost,
}

impl ResponseMode {
    /// Its name in requests and metadata.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }

    /// The mode with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Query, Self::Fragment, Self::FormPost].into_iter().find(|mode| mode.as_str() == name)
    }
}

/// Claims that were asked for one by one (OpenID Connect Core 1.0 §5.5). Names alone: which value a claim has is never the
/// client's choice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsRequest {
    /// In the ID token.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id_token: Vec<String>,
    /// At the userinfo endpoint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub userinfo: Vec<String>,
}

/// An authorization request whose client and redirect URI are proved (RFC 6749 §4.1.1, OpenID Connect Core 1.0 §3.1.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRequest {
    /// The client.
    pub app: AppId,
    /// Where the answer goes: one of those that the client registered.
    pub redirect_uri: String,
    /// How.
    #[serde(default)]
    pub response_mode: ResponseMode,
    /// What is asked for, without what we do not know.
    pub scopes: Vec<String>,
    /// What the client gets back untouched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What its ID token will say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// RFC 7636 §4.3, method S256; `None` only for a client that need not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    /// No page may be shown (`prompt=none`).
    #[serde(default)]
    pub silent: bool,
    /// The guest is to be asked for consent, whatever was agreed before (`prompt=consent`).
    #[serde(default)]
    pub ask_consent: bool,
    /// A second factor is to be shown, whatever the tenant demands (`acr_values`).
    #[serde(default)]
    pub second_factor: bool,
    /// It is about our API, where administrators show a second factor first (policy `admin_mfa`).
    #[serde(default)]
    pub api: bool,
    /// Claims asked for one by one.
    #[serde(default)]
    pub claims: ClaimsRequest,
    /// Who it must be, as an earlier ID token named the person to this client (`id_token_hint`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// When it came.
    pub asked_at: Timestamp,
    /// The device that waits for the answer, instead of a redirect URI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceWish>,
}

/// A device that waits to be let in (RFC 8628).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceWish {
    /// The code that it shows, as people read it.
    pub code: String,
    /// Where its request lies; no secret of the device, and worth nothing without the code.
    pub place: String,
}

impl ClientRequest {
    /// Whether it asks for a scope.
    pub fn wants(&self, scope: &str) -> bool {
        self.scopes.iter().any(|wanted| wanted == scope)
    }

    /// The answer with a code. `issuer` is in every answer, so that a client of many providers knows whose it is
    /// (RFC 9207).
    pub fn with_code(&self, code: String, issuer: String) -> ClientAnswer {
        self.answer(vec![("code", code)], issuer)
    }

    /// The answer that there is no code, and why (RFC 6749 §4.1.2.1).
    pub fn refused(&self, error: &str, description: &str, issuer: String) -> ClientAnswer {
        self.answer(vec![("error", error.to_owned()), ("error_description", description.to_owned())], issuer)
    }

    fn answer(&self, mut fields: Vec<(&'static str, String)>, issuer: String) -> ClientAnswer {
        fields.extend(self.state.clone().map(|state| ("state", state)));
        fields.push(("iss", issuer));
        ClientAnswer { redirect_uri: self.redirect_uri.clone(), mode: self.response_mode, fields }
    }
}

/// What goes back to the client through the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAnswer {
    /// Where to.
    pub redirect_uri: String,
    /// How.
    pub mode: ResponseMode,
    /// What.
    pub fields: Vec<(&'static str, String)>,
}

impl ClientAnswer {
    /// The address that carries the answer; for a form, where it is sent.
    pub fn url(&self) -> String {
        let fields = || form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish();
        match self.mode {
            ResponseMode::FormPost => self.redirect_uri.clone(),
            ResponseMode::Fragment => format!("{}#{}", self.redirect_uri, fields()),
            // RFC 6749 §3.1.2: a query that was registered stays.
            ResponseMode::Query if self.redirect_uri.contains('?') => format!("{}&{}", self.redirect_uri, fields()),
            ResponseMode::Query => format!("{}?{}", self.redirect_uri, fields()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_keeps_the_query_that_was_registered() {
        let answer = |redirect_uri: &str, mode| ClientAnswer {
            redirect_uri: redirect_uri.to_owned(),
            mode,
            fields: vec![("code", "a b&c".to_owned()), ("iss", "https://x".to_owned())],
        };
        let tail = "code=a+b%26c&iss=https%3A%2F%2Fx";
        assert_eq!(answer("https://a/cb", ResponseMode::Query).url(), format!("https://a/cb?{tail}"));
        assert_eq!(answer("https://a/cb?x=1", ResponseMode::Query).url(), format!("https://a/cb?x=1&{tail}"));
        assert_eq!(answer("https://a/", ResponseMode::Fragment).url(), format!("https://a/#{tail}"));
        assert_eq!(answer("https://a/cb", ResponseMode::FormPost).url(), "https://a/cb");
    }
}
