//! `$search`: parts of texts, joined by AND and OR, as `"displayName:ada" OR "mail:fabrikam"`.

/// Longest search, in bytes.
const LONGEST: usize = 512;
/// Most parts.
const MOST: usize = 10;

/// A search as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// `AND`
    All(Vec<Search>),
    /// `OR`
    Any(Vec<Search>),
    /// One part.
    Part {
        /// In which property; in any that is searched without one.
        property: Option<String>,
        /// The text.
        text: String,
    },
}

impl Search {
    /// Reads a search. AND binds closer than OR; there are no parentheses.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("A search may have {LONGEST} bytes at most."));
        }
        let mut any: Vec<Vec<Self>> = vec![Vec::new()];
        let (mut rest, mut parts) = (text.trim(), 0);
        loop {
            let (part, after) = one(rest)?;
            parts += 1;
            if parts > MOST {
                return Err(format!("A search may have {MOST} parts at most."));
            }
            if let Some(all) = any.last_mut() {
                all.push(part);
            }
            let after = after.trim_start();
            let word: String = after.chars().take_while(char::is_ascii_alphabetic).collect();
            match word.as_str() {
                "" if after.is_empty() => break,
                "AND" => {}
                "OR" => any.push(Vec::new()),
                _ => return Err("Join the parts of a search by AND or OR, each part in double quotes.".to_owned()),
            }
            rest = after.get(word.len()..).unwrap_or_default().trim_start();
        }
        let groups = any.into_iter().map(|all| joined(all, Self::All)).collect();
        Ok(joined(groups, Self::Any))
    }
}

fn joined(mut parts: Vec<Search>, many: impl FnOnce(Vec<Search>) -> Search) -> Search {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}

/// One part in double quotes, within which `\"` and `\\` stand for themselves, and what follows it.
fn one(text: &str) -> Result<(Search, &str), String> {
    let fault = || "Write each part of a search in double quotes, as \"displayName:ada\".".to_owned();
    let inner = text.strip_prefix('"').ok_or_else(fault)?;
    let mut value = String::new();
    let mut characters = inner.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let after = inner.get(at + 1..).unwrap_or_default();
                return part(&value).map(|part| (part, after)).ok_or_else(fault);
            }
            '\\' => value.push(characters.next().map(|(_, escaped)| escaped).ok_or_else(fault)?),
            control if control.is_control() => return Err(fault()),
            other => value.push(other),
        }
    }
    Err(fault())
}

fn part(value: &str) -> Option<Search> {
    let (property, text) = match value.split_once(':') {
        Some((property, text)) if super::is_name(property) => (Some(property.to_owned()), text),
        _ => (None, value),
    };
    let text = text.trim();
    (!text.is_empty()).then(|| Search::Part { property, text: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(property: &str, text: &str) -> Search {
        Search::Part { property: Some(property.to_owned()), text: text.to_owned() }
    }

    #[test]
    fn what_clients_send_is_read() {
        assert_eq!(Search::parse("\"displayName:ada\"").unwrap(), of("displayName", "ada"));
        assert_eq!(Search::parse("\"ada\"").unwrap(), Search::Part { property: None, text: "ada".to_owned() });
        assert_eq!(
            Search::parse("\"displayName:a\" AND \"mail:b\" OR \"mail:c\"").unwrap(),
            Search::Any(vec![Search::All(vec![of("displayName", "a"), of("mail", "b")]), of("mail", "c")])
        );
        assert_eq!(Search::parse(r#""displayName:a\"b\\c""#).unwrap(), of("displayName", "a\"b\\c"));
    }

    #[test]
    fn m2_what_is_none_is_refused() {
        for wrong in ["", "ada", "\"ada", "\"\"", "\"mail:\"", "\"a\" \"b\"", "\"a\" AND", "\"a\" XOR \"b\"", "\"a\\"] {
            assert!(Search::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Search::parse(&["\"a\""; MOST].join(" OR ")).is_ok());
        assert!(Search::parse(&["\"a\""; MOST + 1].join(" OR ")).is_err());
        assert!(Search::parse(&format!("\"{}\"", "a".repeat(LONGEST))).is_err());
    }

    proptest! {
        #[test]
        fn m2_no_text_makes_it_panic(text in "[a-zANDOR\" :\\\\]{0,80}|\\PC{0,200}") {
            let _ = Search::parse(&text);
        }
    }
}
