//! E-mail addresses and domains, parsed once and compared in one canonical form.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is no address or domain; the words are for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not of the form name@domain.
    #[error("an e-mail address looks like name@organization.example")]
    Shape,
    /// Longer than RFC 5321 §4.5.3.1 allows.
    #[error("this e-mail address is too long")]
    TooLong,
    /// The domain is not a host name.
    #[error("the part after the @ is not a domain name")]
    Domain,
}

/// A DNS domain in canonical form: A-labels, lower case, no trailing dot (UTS #46, strict).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(String);

impl Domain {
    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is `other` or lies below it.
    pub fn is_within(&self, other: &Domain) -> bool {
        self.0 == other.0 || self.0.strip_suffix(&other.0).is_some_and(|rest| rest.ends_with('.'))
    }
}

impl FromStr for Domain {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        // NFKC look-alikes (full-width letters and the like) are refused, not folded: a person who pastes one has
        // been handed a trap, and two spellings must never name one domain (attack A3).
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
        if text.is_empty() || text.len() > 253 || text.ends_with('.') || (text.is_ascii() && !plain) {
            return Err(AddressError::Domain);
        }
        let ascii = idna::domain_to_ascii_strict(text).map_err(|_| AddressError::Domain)?;
        if !plain {
            let (unicode, valid) = idna::domain_to_unicode(&ascii);
            if valid.is_err() || unicode != text.to_lowercase() {
                return Err(AddressError::Domain);
            }
        }
        let labelled = ascii.split('.').count() >= 2 && ascii.split('.').all(|label| !label.is_empty());
        let numeric = ascii.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
        if labelled && !numeric && ascii.len() <= 253 { Ok(Self(ascii)) } else { Err(AddressError::Domain) }
    }
}

impl TryFrom<String> for Domain {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> String {
        domain.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An e-mail address in canonical form: the local part byte for byte, the domain as [`Domain`].
///
/// Knowing an address proves nothing; only a [`VerifiedAddress`] says that somebody owns it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    canonical: String,
    at: usize,
    domain: Domain,
}

impl EmailAddress {
    /// `local@domain` in canonical form: the text to compare, store and send to.
    pub fn as_str(&self) -> &str {
        &self.canonical
    }

    /// The part before the `@`.
    pub fn local(&self) -> &str {
        self.canonical.get(..self.at).unwrap_or_default()
    }

    /// The part after the `@`.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The address with most of its local part hidden, for pages that may tell whose turn it is but not the address:
    /// `g•••t@fabrikam.example`.
    pub fn masked(&self) -> String {
        let mut characters = self.local().chars();
        let first = characters.next().unwrap_or('•');
        match characters.next_back() {
            Some(last) if self.local().chars().count() > 3 => format!("{first}•••{last}@{}", self.domain),
            _ => format!("{first}•••@{}", self.domain),
        }
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    /// Takes the dot-atom form of RFC 5321 §4.1.2 only: no quoted local parts, comments or address literals. Letters
    /// outside ASCII are allowed in the local part (RFC 6531).
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (local, domain) = text.split_once('@').ok_or(AddressError::Shape)?;
        if domain.contains('@') || local.is_empty() {
            return Err(AddressError::Shape);
        }
        if local.len() > 64 || text.len() > 254 {
            return Err(AddressError::TooLong);
        }
        let dotted = local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_character));
        if !dotted {
            return Err(AddressError::Shape);
        }
        let domain: Domain = domain.parse()?;
        Ok(Self { canonical: format!("{local}@{domain}"), at: local.len(), domain })
    }
}

/// RFC 5322 §3.2.3 `atext`, plus RFC 6531 letters. Of the latter only letters and digits: controls, spaces and
/// bidirectional marks have no place in a name.
fn is_atom_character(character: char) -> bool {
    if character.is_ascii() {
        character.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(character)
    } else {
        character.is_alphanumeric()
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> String {
        address.canonical
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical)
    }
}

/// Shows only the domain: addresses are personal data and do not belong in logs.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "•@{}", self.domain)
    }
}

/// An address that its owner has proved in this very journey, and how. Made in two places only: where a passcode was
/// typed correctly, and where an authoritative connection vouched for it (attack row A1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifiedAddress {
    address: EmailAddress,
    at: super::Timestamp,
}

impl VerifiedAddress {
    /// States that `address` was proved at `at`. Call it only where the proof was just checked.
    pub fn proved(address: EmailAddress, at: super::Timestamp) -> Self {
        Self { address, at }
    }

    /// The proved address.
    pub fn address(&self) -> &EmailAddress {
        &self.address
    }

    /// When it was proved.
    pub fn at(&self) -> super::Timestamp {
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Result<EmailAddress, AddressError> {
        text.parse()
    }

    #[test]
    fn the_domain_is_folded_and_the_local_part_is_not() {
        let parsed = address("Guest.Name@Fabrikam.Example").unwrap();
        assert_eq!(parsed.as_str(), "Guest.Name@fabrikam.example");
        assert_eq!(parsed.local(), "Guest.Name");
        assert_ne!(parsed, address("guest.name@fabrikam.example").unwrap());
        assert_eq!(address("a@BÜCHER.example").unwrap().domain().as_str(), "xn--bcher-kva.example");
    }

    #[test]
    fn a3_malformed_addresses_are_refused() {
        for text in [
            "",
            "@",
            "a@",
            "@b.example",
            "a@evil@corp.test",
            "\"a@b\"@corp.test",
            "a@corp.test.",
            "a@corp.test ",
            " a@corp.test",
            "a@corp.test\0",
            "a@ＣＯＲＰ.test",
            "a@corp。test",
            "a@corp",
            "a..b@corp.test",
            ".a@corp.test",
            "a.@corp.test",
            "a@-corp.test",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a b@corp.test",
            "a@corp..test",
            "a\r\n@corp.test",
            "a%40b@corp.test@x",
            "a@corp_x.test",
            "a\u{202e}b@corp.test",
            "a@xn--a.test",
            "(c)a@corp.test",
            "<a@corp.test>",
            "a,b@corp.test",
            "a@corp.test,b@corp.test",
        ] {
            assert!(address(text).is_err(), "{text:?} was accepted");
        }
        assert!(address(&format!("{}@corp.test", "a".repeat(65))).is_err());
        assert!(address("o'brien+tag@corp.test").is_ok());
        assert!(address("jörg@corp.test").is_ok());
    }

    #[test]
    fn masking_keeps_the_domain_and_hides_the_name() {
        assert_eq!(address("guest@fabrikam.example").unwrap().masked(), "g•••t@fabrikam.example");
        assert_eq!(address("ab@fabrikam.example").unwrap().masked(), "a•••@fabrikam.example");
        assert_eq!(format!("{:?}", address("ab@fabrikam.example").unwrap()), "•@fabrikam.example");
    }

    #[test]
    fn within_means_whole_labels() {
        let domain = |text: &str| text.parse::<Domain>().unwrap();
        assert!(domain("wiki.contoso.example").is_within(&domain("contoso.example")));
        assert!(domain("contoso.example").is_within(&domain("contoso.example")));
        assert!(!domain("evilcontoso.example").is_within(&domain("contoso.example")));
    }
}
