//! A key for each person: what is sealed under it is erased by destroying the key.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use super::{Keys, Purpose};
use crate::clock::{Random, random_bytes};
use crate::model::{TenantId, UserId};

/// The key of one user of one tenant, opened. One person has few audit lines, so that random nonces under one key are
/// far from their limit (NIST SP 800-38D §8.3).
pub struct PersonKey(pub(crate) Zeroizing<[u8; 32]>);

impl PersonKey {
    /// A new key.
    pub fn generate(random: &dyn Random) -> Self {
        Self(Zeroizing::new(random_bytes::<32>(random)))
    }

    /// Seals `plain` for one context. `None` if the crypto library refuses, which it does not with sound input.
    pub fn seal(&self, context: &str, plain: &[u8], random: &dyn Random) -> Option<String> {
        let nonce = random_bytes::<NONCE_LEN>(random);
        let mut sealed = plain.to_vec();
        let aad = Aad::from(context.as_bytes());
        self.cipher()?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed).ok()?;
        Some(BASE64URL_NOPAD.encode(&[&nonce[..], &sealed].concat()))
    }

    /// Opens what [`PersonKey::seal`] made for the same context.
    pub fn open(&self, context: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
        let (nonce, rest) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut buffer = rest.to_vec();
        let plain = self.cipher()?.open_in_place(nonce, Aad::from(context.as_bytes()), &mut buffer).ok()?;
        Some(plain.to_vec())
    }

    fn cipher(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, &self.0[..]).ok().map(LessSafeKey::new)
    }
}

/// Keeps the keys of persons safe while they lie in the directory.
pub trait KeepPersonKeys: Send + Sync {
    /// The key as it is stored: sealed for this one user.
    fn wrap_person_key(&self, tenant: TenantId, user: UserId, key: &PersonKey) -> String;
    /// The key of this user; `None` for anything else.
    fn unwrap_person_key(&self, tenant: TenantId, user: UserId, stored: &str) -> Option<PersonKey>;
}

impl KeepPersonKeys for Keys {
    fn wrap_person_key(&self, tenant: TenantId, user: UserId, key: &PersonKey) -> String {
        self.seal(Purpose::Personal, &context(tenant, user), &key.0[..])
    }

    fn unwrap_person_key(&self, tenant: TenantId, user: UserId, stored: &str) -> Option<PersonKey> {
        let plain = Zeroizing::new(self.open_sealed(Purpose::Personal, &context(tenant, user), stored)?);
        let mut key = Zeroizing::new([0; 32]);
        if plain.len() != key.len() {
            return None;
        }
        key.copy_from_slice(&plain);
        Some(PersonKey(key))
    }
}

fn context(tenant: TenantId, user: UserId) -> String {
    format!("person {tenant} {user}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandom;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_and_context_alone() {
        let (key, other) = (PersonKey::generate(&SystemRandom), PersonKey::generate(&SystemRandom));
        let sealed = key.seal("a", b"guest@fabrikam.example", &SystemRandom).unwrap();
        assert!(!sealed.contains("guest"));
        assert_eq!(key.open("a", &sealed).as_deref(), Some(&b"guest@fabrikam.example"[..]));
        assert_eq!(key.open("b", &sealed), None);
        assert_eq!(other.open("a", &sealed), None);
        let mut changed = sealed.into_bytes();
        changed[20] ^= 1;
        assert_eq!(key.open("a", std::str::from_utf8(&changed).unwrap()), None);
        assert_eq!(key.open("a", ""), None);
    }
}
