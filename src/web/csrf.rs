//! Whether a form was sent from our own page, by the browser and the person it was shown to (attack row D4).

use http::HeaderMap;
use http::header::{HeaderName, ORIGIN, REFERER};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::keys::{Keys, Purpose};
use crate::model::{TenantId, Timestamp, UserId};

/// How long a form that stands open can still be sent: as long as a session lasts at most.
const LIFETIME: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
/// What a browser fetches before anybody asked for it, by its own header and by the one of before (Fetch standard).
const AHEAD: [HeaderName; 2] = [HeaderName::from_static("sec-purpose"), HeaderName::from_static("purpose")];

/// Seals and opens what travels through a browser; the handlers give the sealing key of the instance.
pub trait Seal {
    /// Encrypts and authenticates `plain`; the answer fits into a form field.
    fn seal(&self, context: &str, plain: &[u8]) -> String;
    /// What [`Seal::seal`] was given, if `sealed` was made by it for the same context.
    fn open(&self, context: &str, sealed: &str) -> Option<Vec<u8>>;
}

/// The instance's own key for forms.
pub struct KeySeal<'a>(pub &'a Keys);

impl Seal for KeySeal<'_> {
    fn seal(&self, context: &str, plain: &[u8]) -> String {
        self.0.seal(Purpose::Form, context, plain)
    }

    fn open(&self, context: &str, sealed: &str) -> Option<Vec<u8>> {
        self.0.open_sealed(Purpose::Form, context, sealed)
    }
}

/// To whom a form is shown.
#[derive(Clone, Copy, Debug)]
pub struct Binding<'a> {
    /// The value of the cookie that stands for this browser: the session's if there is one, else the sign-in cookie.
    pub browser: &'a str,
    /// Who is signed in.
    pub user: Option<UserId>,
    /// Whose page it is; `None` for pages of the instance.
    pub tenant: Option<TenantId>,
}

#[derive(Serialize, Deserialize)]
struct FormToken {
    /// Hash over browser and user.
    bound: String,
    tenant: Option<TenantId>,
    issued: Timestamp,
}

/// Why a form is refused. The guest sees one page for both: "start again".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    /// The request says that it comes from elsewhere.
    #[error("the form was sent from another site")]
    CrossSite,
    /// The token is missing, broken, too old, or somebody else's.
    #[error("the form does not belong to this browser")]
    Token,
}

/// Makes the hidden field `csrf` of a form shown to `binding`.
pub fn issue(seal: &dyn Seal, binding: Binding<'_>, now: Timestamp) -> String {
    let token = FormToken { bound: binding.hash(), tenant: binding.tenant, issued: now };
    // A struct of strings and numbers always becomes JSON; an empty token would be refused on return.
    let plain = serde_json::to_vec(&token).unwrap_or_default();
    seal.seal(&binding.context(), &plain)
}

/// Checks the hidden field `csrf` that came back.
pub fn check(seal: &dyn Seal, binding: Binding<'_>, sealed: &str, now: Timestamp) -> Result<(), Forged> {
    let plain = seal.open(&binding.context(), sealed).ok_or(Forged::Token)?;
    let token: FormToken = serde_json::from_slice(&plain).map_err(|_| Forged::Token)?;
    let same = subtle::ConstantTimeEq::ct_eq(token.bound.as_bytes(), binding.hash().as_bytes());
    let current = token.issued <= now && token.issued.plus(LIFETIME) > now;
    if bool::from(same) && token.tenant == binding.tenant && current { Ok(()) } else { Err(Forged::Token) }
}

/// Checks that a POST does not come from another site. `origin` is ours, as `Url::origin` writes it.
///
/// `Referrer-Policy: no-referrer` makes browsers write `Origin: null` on our own forms too (Fetch standard, "append a
/// request `Origin` header"; tried with Chromium 156). So `null` passes where the browser itself says `Sec-Fetch-Site: same-origin`, which no page
/// can write, and fails everywhere else. A client that sends none of the three headers is no browser; the token decides.
pub fn check_origin(headers: &HeaderMap, origin: &str) -> Result<(), Forged> {
    let site = single(headers, &SEC_FETCH_SITE)?;
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return Err(Forged::CrossSite);
    }
    let allowed = match (single(headers, &ORIGIN)?, single(headers, &REFERER)?) {
        (Some("null"), _) => site == Some("same-origin"),
        (Some(sent), _) => sent == origin,
        (None, Some(referer)) => Url::parse(referer).is_ok_and(|url| url.origin().ascii_serialization() == origin),
        (None, None) => true,
    };
    if allowed { Ok(()) } else { Err(Forged::CrossSite) }
}

/// Whether a person followed a link on a page of this very host, as far as the browser says anything: not from another site
/// or another host of ours, not as a picture or a frame, not fetched ahead. A browser that says nothing may have; whoever
/// asks needs a proof of its own for it, and does well to demand it of all.
pub fn followed_here(headers: &HeaderMap) -> bool {
    let says = |name: &HeaderName, wanted: &str| {
        single(headers, name).is_ok_and(|value| value.is_none_or(|value| value == wanted))
    };
    says(&SEC_FETCH_SITE, "same-origin")
        && says(&SEC_FETCH_DEST, "document")
        && !AHEAD.iter().any(|name| headers.contains_key(name))
}

/// The value of a header that may stand there once.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Forged> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Forged::CrossSite),
        (Some(_), Some(_)) => Err(Forged::CrossSite),
    }
}

impl Binding<'_> {
    /// Tenant and purpose stand in the sealing context, so that a token of one tenant opens at no other.
    fn context(&self) -> String {
        match self.tenant {
            Some(tenant) => format!("form of {tenant}"),
            None => "form of the instance".to_owned(),
        }
    }

    /// Browser and user, hashed with their lengths in front so that no two pairs read the same.
    fn hash(&self) -> String {
        let user = self.user.map(|user| user.to_string()).unwrap_or_default();
        let mut digest = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        for part in [self.browser, &user] {
            digest.update(&(part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
        data_encoding::BASE64URL_NOPAD.encode(digest.finish().as_ref())
    }
}

#[cfg(test)]
mod tests;
