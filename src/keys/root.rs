//! The root key: 32 bytes in a file that only we may read, under which every other key is sealed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::KeysError;
use crate::clock::{Random, random_bytes};
use crate::model::TenantId;

/// Length of the root key in bytes.
const LENGTH: usize = 32;

/// The key that seals all other keys. Never leaves this module; wiped on drop.
pub struct RootKey {
    bytes: Zeroizing<[u8; LENGTH]>,
    path: PathBuf,
    made_now: bool,
}

impl RootKey {
    /// Reads the root key. If there is no file and `create` is set, makes one: mode 0600, whole or not at all.
    pub fn load_or_create(path: &Path, create: bool, random: &dyn Random) -> Result<Self, KeysError> {
        match Self::load(path) {
            Err(KeysError::RootKeyMissing { .. }) if create => Self::create(path, random),
            loaded => loaded,
        }
    }

    fn load(path: &Path) -> Result<Self, KeysError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(KeysError::RootKeyMissing { path: path.to_owned() });
            }
            Err(error) => return Err(failed(path, error)),
        };
        refuse_others(&file, path)?;
        let mut content = Zeroizing::new(Vec::with_capacity(LENGTH + 1));
        (&file).take(LENGTH as u64 + 1).read_to_end(&mut content).map_err(|error| failed(path, error))?;
        let bytes = <[u8; LENGTH]>::try_from(content.as_slice())
            .map_err(|_| KeysError::RootKeyShape { path: path.to_owned() })?;
        Ok(Self { bytes: Zeroizing::new(bytes), path: path.to_owned(), made_now: false })
    }

    fn create(path: &Path, random: &dyn Random) -> Result<Self, KeysError> {
        let bytes = Zeroizing::new(random_bytes::<LENGTH>(random));
        let suffix = data_encoding::HEXLOWER.encode(&random_bytes::<8>(random));
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{suffix}.new"));
        let aside = path.with_file_name(name);
        let placed = write_aside(&aside, &bytes[..]).and_then(|()| place(&aside, path));
        // The aside file is gone after a rename and superfluous after a link; either way nothing may be left behind.
        let _ = fs::remove_file(&aside);
        match placed {
            Ok(()) => Ok(Self { bytes, path: path.to_owned(), made_now: true }),
            // Another process was faster; its key counts.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::load(path),
            Err(error) => Err(failed(path, error)),
        }
    }

    /// Where the key came from, for messages.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Takes back a key that was made a moment ago, when it turns out that the directory holds keys under another one:
    /// leaving it there would hide from the operator that the real one is missing.
    pub(super) fn withdraw(&self) -> bool {
        self.made_now && fs::remove_file(&self.path).is_ok()
    }

    /// Seals a key of `purpose` so that it opens only as what it is.
    pub(super) fn wrap(
        &self,
        purpose: &str,
        tenant: Option<TenantId>,
        id: &str,
        plain: &[u8],
        random: &dyn Random,
    ) -> Option<Vec<u8>> {
        let nonce = random_bytes::<NONCE_LEN>(random);
        let mut sealed = Zeroizing::new(plain.to_vec());
        self.cipher()?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(associated(purpose, tenant, id)),
                &mut *sealed,
            )
            .ok()?;
        Some([nonce.as_slice(), sealed.as_slice()].concat())
    }

    /// Opens a key that was sealed for exactly this purpose, tenant and id.
    pub(super) fn unwrap(
        &self,
        purpose: &str,
        tenant: Option<TenantId>,
        id: &str,
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let mut buffer = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let length =
            self.cipher()?.open_in_place(nonce, Aad::from(associated(purpose, tenant, id)), &mut buffer).ok()?.len();
        buffer.truncate(length);
        Some(buffer)
    }

    /// Fewer than 2³² keys will ever be sealed under one root key, so that random 96-bit nonces are safe here
    /// (NIST SP 800-38D §8.3).
    fn cipher(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, &self.bytes[..]).ok().map(LessSafeKey::new)
    }
}

impl std::fmt::Debug for RootKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RootKey({})", self.path.display())
    }
}

/// Purpose, tenant and id, each with its length, so that no two triples read the same.
fn associated(purpose: &str, tenant: Option<TenantId>, id: &str) -> Vec<u8> {
    let tenant = tenant.map(|tenant| tenant.to_string()).unwrap_or_default();
    let mut bytes = b"vestibule-key-v1".to_vec();
    for part in [purpose, &tenant, id] {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

fn write_aside(aside: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(aside)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Puts the finished file into place without ever replacing another one: a lost root key loses everything.
fn place(aside: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(aside, path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        // Some file systems know no links. The lock on the data folder keeps a second process away.
        Err(_) => fs::rename(aside, path)?,
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// A root key that others can read is no secret; better to stop than to go on with it.
fn refuse_others(file: &File, path: &Path) -> Result<(), KeysError> {
    let about = file.metadata().map_err(|error| failed(path, error))?;
    if !about.is_file() {
        return Err(KeysError::RootKeyShape { path: path.to_owned() });
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o077 != 0 {
        return Err(KeysError::RootKeyReadable { path: path.to_owned() });
    }
    Ok(())
}

fn failed(path: &Path, source: io::Error) -> KeysError {
    KeysError::RootKeyFile { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandom;

    #[test]
    fn is_made_once_whole_and_for_us_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.key");
        let made = RootKey::load_or_create(&path, true, &SystemRandom).unwrap();
        assert_eq!(fs::read(&path).unwrap(), made.bytes.as_slice());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["root.key"], "no half-written file is left behind");
        let again = RootKey::load_or_create(&path, true, &SystemRandom).unwrap();
        assert_eq!(again.bytes, made.bytes);
        assert!(!again.withdraw(), "only a key made now can be taken back");
        assert!(path.exists());
    }

    #[test]
    fn never_replaces_a_key_that_another_process_made_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.key");
        write_aside(&path, &[7; LENGTH]).unwrap();
        let created = RootKey::create(&path, &SystemRandom).unwrap();
        assert_eq!(*created.bytes, [7; LENGTH]);
        assert_eq!(fs::read(&path).unwrap(), [7; LENGTH]);
    }

    #[test]
    fn missing_short_long_or_readable_files_are_faults() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.key");
        let missing = RootKey::load_or_create(&path, false, &SystemRandom).unwrap_err();
        assert!(matches!(missing, KeysError::RootKeyMissing { .. }) && missing.to_string().contains("root.key"));
        assert!(!path.exists());
        for length in [0, LENGTH - 1, LENGTH + 1] {
            let _ = fs::remove_file(&path);
            write_aside(&path, &vec![1; length]).unwrap();
            let refused = RootKey::load_or_create(&path, true, &SystemRandom).unwrap_err();
            assert!(matches!(refused, KeysError::RootKeyShape { .. }), "{length} bytes: {refused}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::remove_file(&path).unwrap();
            write_aside(&path, &[1; LENGTH]).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            let refused = RootKey::load_or_create(&path, true, &SystemRandom).unwrap_err();
            assert!(matches!(refused, KeysError::RootKeyReadable { .. }), "{refused}");
        }
    }

    #[test]
    fn a_sealed_key_opens_only_as_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let root = RootKey::load_or_create(&folder.path().join("k"), true, &SystemRandom).unwrap();
        let tenant = Some(TenantId::new(uuid::Uuid::from_u128(1)));
        let sealed = root.wrap("pepper", tenant, "a", b"secret", &SystemRandom).unwrap();
        assert_eq!(root.unwrap("pepper", tenant, "a", &sealed).unwrap().as_slice(), b"secret");
        assert!(root.unwrap("sealing", tenant, "a", &sealed).is_none());
        assert!(root.unwrap("pepper", None, "a", &sealed).is_none());
        assert!(root.unwrap("pepper", tenant, "b", &sealed).is_none());
        for place in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[place] ^= 1;
            assert!(root.unwrap("pepper", tenant, "a", &bent).is_none());
        }
        assert!(root.unwrap("pepper", tenant, "a", &sealed[..5]).is_none());
    }
}
