//! The file of the erased, beside the directory: it only grows, and no restore of a backup of the directory undoes it.

use std::collections::BTreeSet;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::model::Timestamp;

/// Hashes of everybody who was erased, one a line with the time.
pub struct Tombstones {
    path: PathBuf,
    writing: Mutex<()>,
}

/// The file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the file of the erased, {path}, could not be used: {source}", path = path.display())]
pub struct TombstonesError {
    /// Where it lies.
    pub path: PathBuf,
    /// What the file system said.
    #[source]
    pub source: std::io::Error,
}

impl Tombstones {
    /// The file at `path`; it is made with its first line.
    pub fn at(path: PathBuf) -> Self {
        Self { path, writing: Mutex::new(()) }
    }

    /// Adds a hash; it is on the disk when this returns.
    pub fn add(&self, hash: &str, at: Timestamp) -> Result<(), TombstonesError> {
        let _one_line_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.append(hash, at).map_err(|source| TombstonesError { path: self.path.clone(), source })
    }

    fn append(&self, hash: &str, at: Timestamp) -> std::io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        // A line that a crash cut short must not swallow the next one.
        let mut last = [b'\n'];
        if file.seek(SeekFrom::End(-1)).is_ok() {
            file.read_exact(&mut last)?;
        }
        let joint = if last == [b'\n'] { "" } else { "\n" };
        file.write_all(format!("{joint}{hash} {at}\n").as_bytes())?;
        file.sync_all()
    }

    /// Every hash. A line that a crash cut short is none.
    pub fn read(&self) -> Result<BTreeSet<String>, TombstonesError> {
        let mut text = String::new();
        match std::fs::File::open(&self.path).and_then(|mut file| file.read_to_string(&mut text)) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(TombstonesError { path: self.path.clone(), source });
            }
            _ => {}
        }
        let hashes = text.lines().filter_map(|line| line.split(' ').next());
        Ok(hashes.filter(|hash| hash.len() == 64).map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_only_grows_and_survives_a_line_that_was_cut() {
        let folder = tempfile::tempdir().unwrap();
        let stones = Tombstones::at(folder.path().join("tombstones"));
        assert!(stones.read().unwrap().is_empty(), "no file is an empty one");
        let (one, other) = ("a".repeat(64), "b".repeat(64));
        stones.add(&one, Timestamp::from_seconds(1)).unwrap();
        std::fs::OpenOptions::new()
            .append(true)
            .open(folder.path().join("tombstones"))
            .unwrap()
            .write_all(b"cccc")
            .unwrap();
        stones.add(&other, Timestamp::from_seconds(2)).unwrap();
        assert_eq!(stones.read().unwrap().into_iter().collect::<Vec<_>>(), [one, other]);
        let denied = Tombstones::at(folder.path().join("no/such/folder"));
        assert!(denied.add("x", Timestamp::from_seconds(3)).is_err());
    }
}
