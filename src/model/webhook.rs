//! A webhook: where a tenant wants to hear of its guests and invitations, and by which secrets it knows that it is us.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::Zeroizing;

use super::WebhookEvent;

/// How a signing secret begins (Standard Webhooks, "Signature scheme").
const SECRET_PREFIX: &str = "whsec_";
/// Fewest and most random bytes of a signing secret (Standard Webhooks, "Signature scheme").
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// The name of a webhook within its tenant: `a-z 0-9 -`, at most 32 characters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebhookName(String);

impl WebhookName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebhookName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let shaped = (1..=32).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err("a webhook's name has 1 to 32 characters out of a-z, 0-9 and -")
        }
    }
}

impl TryFrom<String> for WebhookName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse()
    }
}

impl From<WebhookName> for String {
    fn from(name: WebhookName) -> String {
        name.0
    }
}

impl fmt::Display for WebhookName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for WebhookName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What messages are signed with: 24 to 64 bytes, never printed, wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningSecret(Zeroizing<Vec<u8>>);

impl SigningSecret {
    /// The key of the HMAC, for the one place that signs.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for SigningSecret {
    type Err = &'static str;

    /// `whsec_` and base64. The errors never show what was typed.
    fn from_str(text: &str) -> Result<Self, &'static str> {
        let encoded = text.strip_prefix(SECRET_PREFIX).ok_or("the secret does not begin with whsec_")?;
        let bytes = BASE64.decode(encoded.as_bytes()).map_err(|_| "what follows whsec_ is no base64")?;
        let bytes = Zeroizing::new(bytes);
        if SECRET_BYTES.contains(&bytes.len()) { Ok(Self(bytes)) } else { Err("the secret has not 24 to 64 bytes") }
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A webhook that is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its name.
    pub name: WebhookName,
    /// Where to.
    pub url: Url,
    /// What it hears of, in the order of [`WebhookEvent::ALL`].
    pub events: Vec<WebhookEvent>,
    /// What its messages are signed with, the newest first; while a secret is replaced there are two. Never in the store.
    pub secrets: Vec<SigningSecret>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_in_its_one_spelling_and_never_printed() {
        let secret: SigningSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        assert_eq!((secret.expose().len(), format!("{secret:?}").as_str()), (24, "***"));
        let of = |bytes: usize| format!("whsec_{}", BASE64.encode(&vec![7; bytes]));
        assert!(of(64).parse::<SigningSecret>().is_ok());
        for wrong in [
            of(23),
            of(65),
            String::new(),
            "whsec_".to_owned(),
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(),
            "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(),
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS".to_owned(),
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-w".to_owned(),
            "whsec_ MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(),
        ] {
            let error = wrong.parse::<SigningSecret>().unwrap_err();
            assert!(!error.contains("MfKQ"), "{error}");
        }
    }

    #[test]
    fn a_name_is_plain() {
        assert_eq!("desk-2".parse::<WebhookName>().unwrap().to_string(), "desk-2");
        for wrong in ["", "Desk", "de sk", "a/b", &"x".repeat(33)] {
            assert!(wrong.parse::<WebhookName>().is_err(), "{wrong:?}");
        }
    }
}
