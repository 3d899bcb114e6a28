//! The shipped files, whole: what they mean, and that nothing in them can make loading panic.

use std::path::{Path, PathBuf};

use super::*;

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/vestibule.toml")
}

fn data() -> Environment {
    Environment::of([("VESTIBULE_DATA_DIR", "/tmp")])
}

#[test]
fn the_shipped_files_load_without_faults() {
    let loaded = load(&shipped(), &data()).map_err(|faults| faults.iter().map(ToString::to_string).collect::<String>());
    let loaded = loaded.unwrap();
    assert_eq!(loaded.settings.public_url.as_str(), "https://vestibule.localhost:8443/");
    assert_eq!(loaded.tenants.len(), 2);
    assert_eq!(loaded.applications.len(), 3);
    assert_eq!(loaded.notices.len(), 2, "both connections are off without their secret: {:?}", loaded.notices);
}
