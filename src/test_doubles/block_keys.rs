//! Keys for blocks that need no directory: a keyed checksum before the text, in hexadecimal.

use data_encoding::HEXLOWER;

use crate::guests::mail_block::BlockKeys;
use crate::keys::sha256;

/// Seals by a checksum over a secret that only tests know.
pub(crate) struct TestBlockKeys;

fn checksum(context: &str, plain: &[u8]) -> [u8; 32] {
    sha256(&[b"test", context.as_bytes(), b"/", plain].concat())
}

impl BlockKeys for TestBlockKeys {
    fn seal(&self, context: &str, plain: &[u8]) -> String {
        HEXLOWER.encode(&[&checksum(context, plain), plain].concat())
    }

    fn open(&self, context: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = HEXLOWER.decode(sealed.as_bytes()).ok()?;
        let (sum, plain) = bytes.split_at_checked(32)?;
        (sum == checksum(context, plain)).then(|| plain.to_vec())
    }

    fn hash(&self, address: &[u8]) -> [u8; 32] {
        checksum("hash", address)
    }

    fn bar(&self, parts: &[&[u8]]) -> [u8; 32] {
        checksum("bar", &parts.join(&b"\0"[..]))
    }
}
