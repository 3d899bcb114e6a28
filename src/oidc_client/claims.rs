//! What we take over of all that a provider claims, cut to size and cleaned for display.

use serde_json::{Map, Value};

use super::id_token::numeric_date;
use super::{FederationError, vouching};
use crate::model::{Connection, EmailAddress, HomeSession, Timestamp};

/// Longest text that is taken over, in characters.
const LONGEST_TEXT: usize = 256;
/// Most authentication method references that are taken over.
const MOST_METHODS: usize = 16;

/// What a provider says about who signed in. Issuer and subject are the identity; everything else is hearsay, except an
/// address that is marked authoritative.
#[derive(Clone, PartialEq, Eq)]
pub struct Asserted {
    /// The issuer, byte for byte.
    pub issuer: String,
    /// The subject, byte for byte.
    pub subject: String,
    /// The address, if a proper one was named.
    pub email: Option<AssertedEmail>,
    /// The name, cleaned for display; still to be escaped where it is shown.
    pub name: Option<String>,
    /// Authentication methods, as claimed. Worth something only if the tenant trusts this provider for that (A17).
    pub amr: Vec<String>,
    /// Authentication context, as claimed; worth as much as `amr`.
    pub acr: Option<String>,
    /// When the person last signed in there, as claimed.
    pub auth_time: Option<Timestamp>,
    /// The session there, as the ID token names it; plain OAuth 2.0 names none.
    pub home: Option<HomeSession>,
    /// The ID token itself, to sign out there later. It is somebody's, so it is kept sealed and never logged.
    pub id_token: Option<String>,
}

/// An address that a provider named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertedEmail {
    /// The address.
    pub address: EmailAddress,
    /// Whether the provider has the last word on it: it called it verified in the very ID token that names it, and the
    /// connection is bound to its domain (attack rows A1, A2). Otherwise it is a hint that is still to be proved.
    pub authoritative: bool,
}

/// Shows no personal data.
impl std::fmt::Debug for Asserted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asserted").field("issuer", &self.issuer).field("email", &self.email).finish_non_exhaustive()
    }
}

impl Asserted {
    /// From the claims of a verified ID token.
    pub(super) fn from_id_token(connection: &Connection, claims: &Map<String, Value>) -> Result<Self, FederationError> {
        let methods = claims.get("amr").and_then(Value::as_array).into_iter().flatten();
        let auth_time = numeric_date(claims, "auth_time").map_err(FederationError::lied)?;
        let (issuer, subject) = vouching::identity(connection, claims)?;
        let named = email(claims).map(|address| {
            let authoritative = vouching::vouches(connection, claims, &address);
            AssertedEmail { address, authoritative }
        });
        let shown = || {
            let address = vouching::fallback_address(connection, claims)?.parse().ok()?;
            Some(AssertedEmail { address, authoritative: false })
        };
        Ok(Self {
            issuer,
            subject,
            email: named.or_else(shown),
            name: display_name(claims),
            amr: methods.filter_map(|method| exact(method.as_str()?)).take(MOST_METHODS).collect(),
            acr: text(claims, "acr").and_then(exact),
            auth_time: auth_time.map(Timestamp::from_seconds),
            home: text(claims, "sub").map(|subject| HomeSession {
                subject: subject.to_owned(),
                sid: text(claims, "sid").and_then(exact),
                through: None,
            }),
            id_token: None,
        })
    }

    /// Fills gaps from user info, whose address is never more than a hint (attack row A2).
    pub(super) fn fill_from_user_info(&mut self, claims: &Map<String, Value>) {
        if self.email.is_none() {
            self.email = email(claims).map(|address| AssertedEmail { address, authoritative: false });
        }
        if self.name.is_none() {
            self.name = display_name(claims);
        }
    }
}

/// A malformed address is none (attack row A3).
pub(super) fn email(claims: &Map<String, Value>) -> Option<EmailAddress> {
    text(claims, "email")?.parse().ok()
}

pub(super) fn display_name(claims: &Map<String, Value>) -> Option<String> {
    text(claims, "name").and_then(clean)
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

/// A value that is compared: whole as it was sent, or not at all. Cleaning it could turn another value into one that counts
/// (attack row A17).
fn exact(value: &str) -> Option<String> {
    clean(value).filter(|cleaned| cleaned == value)
}

/// Cuts a text to size and removes what would disturb the page around it: controls, marks that turn the reading
/// direction, invisible characters. Escaping is up to whoever shows it (attack row A14).
pub(super) fn clean(text: &str) -> Option<String> {
    let visible: String = text.chars().filter(|character| !is_disturbing(*character)).take(LONGEST_TEXT).collect();
    let trimmed = visible.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

fn is_disturbing(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a17_a_value_that_cleaning_would_change_is_dropped() {
        for forged in ["m\u{200b}fa", "mfa\r", " mfa", "mfa\u{feff}", "\u{202e}mfa", "mfa\0"] {
            assert_eq!(exact(forged), None, "{forged:?}");
            assert_eq!(clean(forged).as_deref(), Some("mfa"), "the control: cleaned, it would count");
        }
        assert_eq!(exact("mfa").as_deref(), Some("mfa"));
    }

    #[test]
    fn a14_hostile_text_is_cut_and_cleaned() {
        assert_eq!(clean("Ann\r\nSet-Cookie: x=1\0").unwrap(), "AnnSet-Cookie: x=1");
        assert_eq!(clean("\u{202e}nimda\u{2066}\u{200f}").unwrap(), "nimda");
        assert_eq!(clean("a\u{85}b\u{9b}c\u{7f}d").unwrap(), "abcd");
        assert_eq!(clean("\u{feff}\u{e0041}\u{200b} Zoë Ångström 李 ").unwrap(), "Zoë Ångström 李");
        assert_eq!(clean(&"x".repeat(1_000_000)).unwrap().len(), 256);
        assert_eq!(clean(&"é".repeat(300)).unwrap().chars().count(), 256);
        assert_eq!(clean("<script>alert(1)</script>").unwrap(), "<script>alert(1)</script>", "escaping comes later");
        for nothing in ["", " ", "\0\r\n", "\u{202e}"] {
            assert_eq!(clean(nothing), None);
        }
    }
}
