//! A fault: where it stands, what is wrong, and what to do about it.

use std::fmt;

/// Something wrong or odd in the configuration, with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file by its name, or the environment variable.
    pub file: String,
    /// Line from 1; 0 where there is no line (an environment variable, a missing file).
    pub line: u32,
    /// Column in characters from 1; 0 where there is no line.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.message)?;
        if !self.hint.is_empty() {
            write!(f, "\n  hint: {}", self.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

/// Where a key or a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub file: std::rc::Rc<str>,
    pub line: u32,
    pub column: u32,
}

impl Place {
    /// A place without a line: a whole file, or an environment variable.
    pub fn whole(name: &str) -> Self {
        Self { file: name.into(), line: 0, column: 0 }
    }

    /// `contoso.toml:12`, as answers name it that refuse to change what a file manages (decision 6).
    pub fn short(&self) -> String {
        if self.line == 0 { self.file.to_string() } else { format!("{}:{}", self.file, self.line) }
    }

    /// A fault here.
    pub fn fault(&self, message: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault {
            file: self.file.to_string(),
            line: self.line,
            column: self.column,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// The candidate that a person most likely meant: at most a third of its letters differ.
pub(super) fn closest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(typed, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().div_ceil(3))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance: how many letters must be added, dropped or replaced.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, letter) in left.chars().enumerate() {
        let mut diagonal = above;
        let mut before = above + 1;
        let mut next = vec![before];
        for (other, old) in right.iter().zip(row.iter().skip(1)) {
            let here = (before + 1).min(old + 1).min(diagonal + usize::from(*other != letter));
            next.push(here);
            diagonal = *old;
            before = here;
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_place_message_and_hint() {
        let place = Place { file: "contoso.toml".into(), line: 12, column: 5 };
        assert_eq!(place.fault("no", "do").to_string(), "contoso.toml:12:5: no\n  hint: do");
        assert_eq!(Place::whole("VESTIBULE_X").fault("no", "").to_string(), "VESTIBULE_X: no");
        assert_eq!(place.short(), "contoso.toml:12");
    }

    #[test]
    fn finds_what_was_meant() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(closest("pubic_url", ["public_url", "admin_url"]), Some("public_url"));
        assert_eq!(closest("zzzzzz", ["public_url", "admin_url"]), None);
    }
}
