//! Files that configuration names: paths, contents within limits, and secrets that nobody else may read.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::fault::Place;
use super::section::{Placed, Section};
use crate::model::Secret;

/// Longest secret; anything longer is the wrong file.
const SECRET_BYTES: u64 = 4096;

/// A path as meant: relative to the file that names it; from the environment, relative to where the command runs.
pub(super) fn path(section: &Section<'_>, key: &'static str, folder: &Path) -> Option<Placed<PathBuf>> {
    let text = section.text(key)?;
    if text.value.is_empty() {
        section.reader.fault(&text.place, format!("`{key}` is empty"), "write a path");
        return None;
    }
    Some(Placed { value: resolve(&text, folder), place: text.place })
}

/// A path as meant: see [`path`].
pub(super) fn resolve(text: &Placed<String>, folder: &Path) -> PathBuf {
    if text.place.line == 0 { PathBuf::from(&text.value) } else { folder.join(&text.value) }
}

/// Reads a whole file of at most `limit` bytes.
pub(super) fn read(section: &Section<'_>, path: &Placed<PathBuf>, limit: u64) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    let read = std::fs::File::open(&path.value).and_then(|file| file.take(limit + 1).read_to_end(&mut content));
    if let Err(error) = read {
        let hint = "the path is relative to the file that names it; make the file or correct the path";
        section.reader.fault(&path.place, format!("cannot read {}: {error}", path.display()), hint);
        return None;
    }
    if content.len() as u64 > limit {
        let message = format!("{} is larger than {limit} bytes", path.display());
        section.reader.fault(&path.place, message, "make the file smaller");
        return None;
    }
    Some(content)
}

/// A picture that pages show: PNG or WebP of at most `limit` bytes.
pub(super) fn picture(section: &Section<'_>, key: &'static str, folder: &Path, limit: u64) -> Option<Vec<u8>> {
    let path = path(section, key, folder)?;
    let content = read(section, &path, limit)?;
    let png = content.starts_with(b"\x89PNG\r\n\x1a\n");
    let webp = content.starts_with(b"RIFF") && content.get(8..12) == Some(b"WEBP");
    if png || webp {
        return Some(content);
    }
    let hint = "use PNG or WebP; SVG can carry scripts";
    section.reader.fault(&path.place, format!("{} is neither PNG nor WebP", path.display()), hint);
    None
}

/// A secret: `key` itself, or the first line of the file that `key_file` names.
pub(super) fn secret(
    section: &Section<'_>,
    key: &'static str,
    key_file: &'static str,
    file: &Path,
) -> Option<Placed<Secret>> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let inline = section.text(key);
    let from_file = path(section, key_file, folder);
    if let (Some(inline), Some(_)) = (&inline, &from_file) {
        section.reader.fault(&inline.place, format!("`{key}` and `{key_file}` are both set"), "keep one of them");
        return None;
    }
    if let Some(text) = inline {
        if text.place.line > 0 {
            refuse_open_file(section, file, &text.place);
        }
        return checked(section, key, Placed { value: Secret::new(text.value), place: text.place });
    }
    let path = from_file?;
    let content = read(section, &path, SECRET_BYTES)?;
    refuse_open_file(section, &path, &path.place);
    let Ok(text) = String::from_utf8(content) else {
        section.reader.fault(&path.place, "the secret is not UTF-8", "write the secret as plain text");
        return None;
    };
    // Editors end files with a line break, which no secret means.
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    checked(section, key_file, Placed { value: Secret::new(line), place: path.place })
}

fn checked(section: &Section<'_>, key: &str, secret: Placed<Secret>) -> Option<Placed<Secret>> {
    let text = secret.value.expose();
    if text.trim().is_empty() || text.contains(char::is_control) {
        let hint = "a secret is one line of text";
        section.reader.fault(&secret.place, format!("`{key}` holds no secret"), hint);
        return None;
    }
    Some(secret)
}

/// A file that holds a secret belongs to its owner alone (umask 0077).
#[cfg(unix)]
pub(super) fn refuse_open_file(section: &Section<'_>, file: &Path, place: &Place) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = std::fs::metadata(file) else { return };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let message = format!("{} holds a secret, and others can read it (mode {mode:04o})", file.display());
        section.reader.fault(place, message, format!("chmod 600 {}", file.display()));
    }
}

#[cfg(not(unix))]
pub(super) fn refuse_open_file(_: &Section<'_>, _: &Path, _: &Place) {}
