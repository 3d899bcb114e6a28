//! Environment variables that override keys: the one place that reads the process environment.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::fault::{Fault, Place};

/// Start of every variable of ours.
const PREFIX: &str = "VESTIBULE_";

/// Read by the command line, not by any key.
const COMMAND_LINE: [&str; 2] = ["VESTIBULE_CONFIG", "VESTIBULE_DATA"];

/// The variables of ours, read once.
///
/// A key is overridden by `VESTIBULE_` and its path in upper case, joined with two underscores: `listen.https` by
/// `VESTIBULE_LISTEN__HTTPS`. A key of `tenants/contoso.toml` has the path `tenants.contoso.…`; an element of an array
/// of tables is addressed by its name, with every character outside letters and digits as one underscore:
/// `VESTIBULE_TENANTS__CONTOSO__CONNECTIONS__FABRIKAM__CLIENT_SECRET_FILE`. Lists are comma-separated.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    unreadable: Vec<String>,
}

/// Where programs of this user keep data (XDG Base Directory Specification): the demo's certificate authority lies there.
#[expect(clippy::disallowed_methods, reason = "the environment is read in this file")]
pub fn user_data_folder() -> PathBuf {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = folder("XDG_DATA_HOME").or_else(|| folder("HOME").map(|home| home.join(".local/share")));
    base.unwrap_or_else(std::env::temp_dir).join("vestibule")
}

impl Environment {
    /// Reads the environment of this process.
    pub fn read() -> Self {
        let mut environment = Self::default();
        for (name, value) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            match value.into_string() {
                _ if !name.starts_with(PREFIX) => {}
                Ok(value) => drop(environment.variables.insert(name, value)),
                Err(_) => environment.unreadable.push(name),
            }
        }
        environment
    }

    /// An environment of these variables alone, for tests and for the demo.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let variables = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { variables, unreadable: Vec::new() }
    }

    /// The same environment with one variable set.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// `VESTIBULE_DATA`: where this command finds the data, whatever the file says (decision 19).
    pub(super) fn data(&self) -> Option<&str> {
        self.value("VESTIBULE_DATA")
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// Names that stand for keys.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str).filter(|name| !COMMAND_LINE.contains(name))
    }

    pub(super) fn faults(&self) -> impl Iterator<Item = Fault> {
        self.unreadable.iter().map(|name| Place::whole(name).fault("the value is not UTF-8", "set it to plain text"))
    }
}

/// Values may be secrets: only names are shown.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

/// The variable of the key at `path`, e.g. `["listen", "https"]`.
pub(super) fn variable_name<'a>(path: impl IntoIterator<Item = &'a str>) -> String {
    let segments: Vec<String> = path
        .into_iter()
        .map(|segment| {
            segment
                .chars()
                .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' })
                .collect()
        })
        .collect();
    format!("{PREFIX}{}", segments.join("__"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_path() {
        assert_eq!(variable_name(["listen", "https"]), "VESTIBULE_LISTEN__HTTPS");
        assert_eq!(variable_name(["tenants", "my-org", "id"]), "VESTIBULE_TENANTS__MY_ORG__ID");
    }

    #[test]
    fn never_prints_values() {
        let environment = Environment::of([("VESTIBULE_MAIL__SMTP__PASSWORD", "hunter2")]);
        assert_eq!(format!("{environment:?}"), r#"{"VESTIBULE_MAIL__SMTP__PASSWORD"}"#);
    }
}
