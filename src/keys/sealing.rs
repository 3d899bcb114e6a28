//! Sealing: texts that travel through browsers and come back unread and unchanged.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use super::{Purpose, sha256};
use crate::clock::{Random, random_bytes};

/// First byte of everything sealed, so that another form can come later.
const VERSION: u8 = 1;
/// Names the sealing key within a sealed text.
const TAG: usize = 4;
/// Half of it derives a key, the other half is the nonce under that key.
const SALT: usize = 12;

/// One sealing key of the instance.
///
/// Anybody can make us seal (each anonymous request for a page is answered with a sealed state), so one AES key with
/// random 96-bit nonces would come near its limit of 2³² messages within months (NIST SP 800-38D §8.3). Each message
/// therefore gets a key of its own, derived from 96 random bits; together with the nonce that makes 192.
pub(super) struct SealingKey {
    tag: [u8; TAG],
    derive: hmac::Key,
}

impl SealingKey {
    pub(super) fn new(id: &str, secret: &[u8]) -> Self {
        let mut tag = [0; TAG];
        for (to, from) in tag.iter_mut().zip(sha256(id.as_bytes())) {
            *to = from;
        }
        Self { tag, derive: hmac::Key::new(hmac::HMAC_SHA256, secret) }
    }

    pub(super) fn seal(&self, purpose: Purpose, context: &str, plain: &[u8], random: &dyn Random) -> Option<String> {
        let salt = random_bytes::<SALT>(random);
        let nonce = random_bytes::<NONCE_LEN>(random);
        let mut sealed = plain.to_vec();
        self.cipher(&salt)?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(associated(purpose, context)),
                &mut sealed,
            )
            .ok()?;
        Some(BASE64URL_NOPAD.encode(&[&[VERSION], &self.tag[..], &salt, &nonce, &sealed].concat()))
    }

    fn cipher(&self, salt: &[u8]) -> Option<LessSafeKey> {
        let mut context = hmac::Context::with_key(&self.derive);
        context.update(b"vestibule-seal-v1");
        context.update(salt);
        let key = context.sign();
        UnboundKey::new(&AES_256_GCM, key.as_ref()).ok().map(LessSafeKey::new)
    }
}

/// Opens with whichever of `keys` sealed it.
pub(super) fn open(keys: &[SealingKey], purpose: Purpose, context: &str, sealed: &str) -> Option<Vec<u8>> {
    let bytes = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
    let (version, rest) = bytes.split_first()?;
    let (tag, rest) = rest.split_at_checked(TAG)?;
    let (salt, rest) = rest.split_at_checked(SALT)?;
    let (nonce, sealed) = rest.split_at_checked(NONCE_LEN)?;
    let key = keys.iter().find(|key| *version == VERSION && key.tag == *tag)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut buffer = Zeroizing::new(sealed.to_vec());
    let plain = key.cipher(salt)?.open_in_place(nonce, Aad::from(associated(purpose, context)), &mut buffer).ok()?;
    Some(plain.to_vec())
}

/// The purpose has no NUL in it, so that no pair of purpose and context reads like another.
fn associated(purpose: Purpose, context: &str) -> Vec<u8> {
    [purpose.as_str().as_bytes(), &[0], context.as_bytes()].concat()
}
