//! The files under `config/`, carried in the program, so that the demo runs from anywhere.

use std::io;
use std::path::{Path, PathBuf};

macro_rules! shipped {
    ($($path:literal),+ $(,)?) => {
        /// Each shipped file: its path below the configuration folder, and its content.
        const FILES: &[(&str, &[u8])] = &[$(($path, include_bytes!(concat!("../../config/", $path)))),+];
    };
}

shipped![
    "vestibule.toml",
    "applications.toml",
    "icons/desk.png",
    "tenants/contoso.toml",
    "tenants/contoso/logo.png",
    "tenants/contoso/wiki.png",
    "tenants/contoso/terms.en.md",
    "tenants/contoso/terms.nl.md",
    "tenants/northwind.toml",
    "tenants/northwind/logo.png",
];

/// Writes the shipped configuration into `folder` and returns the path of its `vestibule.toml`. Files that exist already
/// stay as they are.
pub fn unpack(folder: &Path) -> io::Result<PathBuf> {
    for (path, content) in FILES {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        if !path.exists() {
            std::fs::write(&path, content)?;
        }
    }
    Ok(folder.join("vestibule.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, load};

    /// A file that is named in a tenant's file but missing here would make the demo fail outside the repository.
    #[test]
    fn what_is_carried_is_complete_and_what_lies_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = unpack(folder.path()).unwrap();
        let loaded = load(&path, &Environment::of([("VESTIBULE_DATA_DIR", "/tmp")])).unwrap();
        assert_eq!(loaded.tenants.len(), 2);
        let mut found = Vec::new();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        walk(&source, &source, &mut found);
        found.sort();
        let mut carried: Vec<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        carried.sort();
        assert_eq!(carried, found);
    }

    #[test]
    fn what_somebody_changed_stays() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("vestibule.toml"), "mine").unwrap();
        let path = unpack(folder.path()).unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "mine");
    }

    fn walk(root: &Path, folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(root, &path, found),
                false => found.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned()),
            }
        }
    }
}
