//! `$filter`: a small grammar, read by descent, with caps on length, depth and number of terms (attack row M2).

use crate::model::Timestamp;

/// Longest filter, in bytes.
const LONGEST: usize = 1024;
/// Deepest nesting.
const DEEPEST: usize = 8;
/// Most comparisons.
const MOST_TERMS: usize = 10;
/// Most values after `in`.
const MOST_VALUES: usize = 15;

/// A filter as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// `and`
    All(Vec<Filter>),
    /// `or`
    Any(Vec<Filter>),
    /// `not`
    Not(Box<Filter>),
    /// `property eq value`
    Compare {
        /// The property; `a/b` for one of an object. Within a lambda empty for the element itself.
        path: String,
        /// How.
        by: Comparison,
        /// With what.
        value: Literal,
    },
    /// `property in (value, …)`
    In {
        /// The property.
        path: String,
        /// The values.
        values: Vec<Literal>,
    },
    /// `startsWith(property,'text')` and its relatives.
    Text {
        /// The property.
        path: String,
        /// Which.
        part: Part,
        /// The text.
        value: String,
    },
    /// `property/any(x:…)`; without a test: whether there is any element.
    AnyOf {
        /// The list.
        path: String,
        /// What holds for one element.
        test: Option<Box<Filter>>,
    },
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `lt`
    Less,
    /// `le`
    LessOrEqual,
    /// `gt`
    Greater,
    /// `ge`
    GreaterOrEqual,
}

/// Which part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `startsWith`
    Start,
    /// `endsWith`
    End,
    /// `contains`
    Anywhere,
}

/// A value as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Truth(bool),
    /// `5`
    Number(i64),
    /// `'text'`, or a GUID without quotes.
    Text(String),
    /// `2026-11-28T08:00:00Z`
    Time(Timestamp),
}

impl Filter {
    /// Reads a filter; the error says what is wrong, for whoever wrote it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("A filter may have {LONGEST} bytes at most."));
        }
        let mut reader = Reader { tokens: tokens(text)?, at: 0, depth: 0, terms: 0, variable: None };
        let filter = reader.any()?;
        match reader.peek() {
            None => Ok(filter),
            Some(token) => Err(format!("The filter is over before {}.", token.shown())),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    Comma,
    Colon,
}

impl Token {
    fn shown(&self) -> String {
        match self {
            Self::Word(word) => format!("`{word}`"),
            Self::Text(_) => "a text".to_owned(),
            Self::Open => "`(`".to_owned(),
            Self::Close => "`)`".to_owned(),
            Self::Comma => "`,`".to_owned(),
            Self::Colon => "`:`".to_owned(),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            ' ' | '\t' => {}
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            ',' => tokens.push(Token::Comma),
            ':' => tokens.push(Token::Colon),
            '\'' => {
                let mut value = String::new();
                loop {
                    match rest.next() {
                        // A quote within a text is written twice.
                        Some('\'') if rest.peek() == Some(&'\'') => {
                            rest.next();
                            value.push('\'');
                        }
                        Some('\'') => break,
                        Some(character) if character.is_control() => {
                            return Err("A text in the filter holds a control character.".to_owned());
                        }
                        Some(character) => value.push(character),
                        None => return Err("A text in the filter has no end; close it with a quote.".to_owned()),
                    }
                }
                tokens.push(Token::Text(value));
            }
            first if first.is_ascii_alphanumeric() || first == '-' || first == '_' => {
                let mut word = String::from(first);
                // Numbers, times and some GUIDs begin with a digit; times hold colons.
                let number = first.is_ascii_digit() || first == '-';
                while let Some(next) = rest.peek().copied() {
                    let more = next.is_ascii_alphanumeric() || matches!(next, '_' | '/' | '.' | '-');
                    let of_time = number && matches!(next, ':' | '+');
                    if !more && !of_time {
                        break;
                    }
                    word.push(next);
                    rest.next();
                }
                tokens.push(Token::Word(word));
            }
            other => return Err(format!("The filter holds {other:?}, which means nothing there.")),
        }
    }
    Ok(tokens)
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    terms: usize,
    variable: Option<String>,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Result<Token, String> {
        let token = self.peek().cloned().ok_or("The filter ends too early.")?;
        self.at += 1;
        Ok(token)
    }

    fn expect(&mut self, wanted: &Token) -> Result<(), String> {
        let found = self.next()?;
        if found == *wanted {
            Ok(())
        } else {
            Err(format!("The filter has {} where {} belongs.", found.shown(), wanted.shown()))
        }
    }

    fn is_word(&self, wanted: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted))
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<T, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("The filter is nested more than {DEEPEST} deep."));
        }
        let outcome = read(self);
        self.depth -= 1;
        outcome
    }

    fn any(&mut self) -> Result<Filter, String> {
        let mut parts = vec![self.all()?];
        while self.is_word("or") {
            self.at += 1;
            parts.push(self.all()?);
        }
        Ok(only_or(parts, Filter::Any))
    }

    fn all(&mut self) -> Result<Filter, String> {
        let mut parts = vec![self.one()?];
        while self.is_word("and") {
            self.at += 1;
            parts.push(self.one()?);
        }
        Ok(only_or(parts, Filter::All))
    }

    fn one(&mut self) -> Result<Filter, String> {
        if self.is_word("not") {
            self.at += 1;
            return Ok(Filter::Not(Box::new(self.deeper(Self::one)?)));
        }
        if self.peek() == Some(&Token::Open) {
            self.at += 1;
            let inner = self.deeper(Self::any)?;
            self.expect(&Token::Close)?;
            return Ok(inner);
        }
        self.terms += 1;
        if self.terms > MOST_TERMS {
            return Err(format!("A filter may have {MOST_TERMS} comparisons at most."));
        }
        self.term()
    }

    fn term(&mut self) -> Result<Filter, String> {
        let word = match self.next()? {
            Token::Word(word) => word,
            other => return Err(format!("The filter has {} where a property belongs.", other.shown())),
        };
        if self.peek() == Some(&Token::Open) {
            return match word.rsplit_once('/') {
                Some((path, name)) if name.eq_ignore_ascii_case("any") => self.any_of(path),
                _ => self.text(&word),
            };
        }
        let path = self.path(&word)?;
        let by = match self.next()? {
            Token::Word(by) => by.to_ascii_lowercase(),
            other => return Err(format!("The filter has {} where a comparison belongs.", other.shown())),
        };
        let by = match by.as_str() {
            "eq" => Comparison::Equal,
            "ne" => Comparison::NotEqual,
            "lt" => Comparison::Less,
            "le" => Comparison::LessOrEqual,
            "gt" => Comparison::Greater,
            "ge" => Comparison::GreaterOrEqual,
            "in" => return self.values(path),
            other => return Err(format!("`{other}` is no comparison; there are eq, ne, lt, le, gt, ge and in.")),
        };
        Ok(Filter::Compare { path, by, value: self.literal()? })
    }

    fn values(&mut self, path: String) -> Result<Filter, String> {
        self.expect(&Token::Open)?;
        let mut values = vec![self.literal()?];
        while self.peek() == Some(&Token::Comma) {
            self.at += 1;
            values.push(self.literal()?);
            if values.len() > MOST_VALUES {
                return Err(format!("`in` takes {MOST_VALUES} values at most."));
            }
        }
        self.expect(&Token::Close)?;
        Ok(Filter::In { path, values })
    }

    fn text(&mut self, function: &str) -> Result<Filter, String> {
        let part = match function.to_ascii_lowercase().as_str() {
            "startswith" => Part::Start,
            "endswith" => Part::End,
            "contains" => Part::Anywhere,
            _ => return Err(format!("`{function}` is no function here; there are startsWith, endsWith and contains.")),
        };
        self.expect(&Token::Open)?;
        let path = match self.next()? {
            Token::Word(word) => self.path(&word)?,
            other => return Err(format!("{function} takes a property first, not {}.", other.shown())),
        };
        self.expect(&Token::Comma)?;
        let value = match self.next()? {
            Token::Text(value) => value,
            other => return Err(format!("{function} takes a text in quotes, not {}.", other.shown())),
        };
        self.expect(&Token::Close)?;
        Ok(Filter::Text { path, part, value })
    }

    fn any_of(&mut self, path: &str) -> Result<Filter, String> {
        if self.variable.is_some() {
            return Err("`any` cannot stand within `any`.".to_owned());
        }
        let path = self.path(path)?;
        self.expect(&Token::Open)?;
        if self.peek() == Some(&Token::Close) {
            self.at += 1;
            return Ok(Filter::AnyOf { path, test: None });
        }
        let variable = match self.next()? {
            Token::Word(word) if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) => word,
            other => return Err(format!("`any` takes a variable first, not {}.", other.shown())),
        };
        self.expect(&Token::Colon)?;
        self.variable = Some(variable);
        let test = self.deeper(Self::any)?;
        self.variable = None;
        self.expect(&Token::Close)?;
        Ok(Filter::AnyOf { path, test: Some(Box::new(test)) })
    }

    /// A property, without the variable of the lambda in which it stands.
    fn path(&self, word: &str) -> Result<String, String> {
        if !super::is_name(word) || word.starts_with(|first: char| !first.is_ascii_alphabetic()) {
            return Err(format!("`{word}` is no property."));
        }
        let Some(variable) = &self.variable else { return Ok(word.to_owned()) };
        match word.split_once('/') {
            None if word == variable => Ok(String::new()),
            Some((first, rest)) if first == variable && !rest.is_empty() => Ok(rest.to_owned()),
            _ => Err(format!("Within `any` everything begins with its variable `{variable}`.")),
        }
    }

    fn literal(&mut self) -> Result<Literal, String> {
        match self.next()? {
            Token::Text(text) => Ok(Literal::Text(text)),
            Token::Word(word) => bare(&word),
            other => Err(format!("The filter has {} where a value belongs.", other.shown())),
        }
    }
}

fn only_or(mut parts: Vec<Filter>, many: impl FnOnce(Vec<Filter>) -> Filter) -> Filter {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}

fn bare(word: &str) -> Result<Literal, String> {
    match word.to_ascii_lowercase().as_str() {
        "null" => return Ok(Literal::Null),
        "true" => return Ok(Literal::Truth(true)),
        "false" => return Ok(Literal::Truth(false)),
        _ => {}
    }
    if let Ok(number) = word.parse() {
        return Ok(Literal::Number(number));
    }
    if word.len() == 36 && uuid::Uuid::try_parse(word).is_ok() {
        return Ok(Literal::Text(word.to_owned()));
    }
    match time(word) {
        Some(time) => Ok(Literal::Time(time)),
        None => Err(format!("`{word}` is no value; texts stand in single quotes.")),
    }
}

/// A time (`2026-11-28T08:00:00Z`), or a day.
pub fn time(word: &str) -> Option<Timestamp> {
    let whole = if word.len() == 10 { format!("{word}T00:00:00Z") } else { word.to_owned() };
    let time: jiff::Timestamp = whole.parse().ok()?;
    Some(Timestamp::from_micros(time.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn eq(path: &str, value: &str) -> Filter {
        Filter::Compare { path: path.to_owned(), by: Comparison::Equal, value: Literal::Text(value.to_owned()) }
    }

    #[test]
    fn what_clients_send_is_read() {
        assert_eq!(Filter::parse("externalUserState eq 'Accepted'").unwrap(), eq("externalUserState", "Accepted"));
        assert_eq!(Filter::parse("displayName eq 'O''Neil'").unwrap(), eq("displayName", "O'Neil"));
        assert_eq!(
            Filter::parse("a eq 'x' or b eq 'y' and not (c eq 'z')").unwrap(),
            Filter::Any(vec![eq("a", "x"), Filter::All(vec![eq("b", "y"), Filter::Not(Box::new(eq("c", "z")))])]),
            "and binds closer than or"
        );
        let probe = "userPrincipalName eq 'a@b.c' or mail eq 'a@b.c' or proxyAddresses/any(x:x eq 'SMTP:a@b.c') or \
                     signInNames/any(x:x eq 'a@b.c') or otherMails/any(x:x eq 'a@b.c')";
        let Filter::Any(parts) = Filter::parse(probe).unwrap() else { panic!() };
        assert_eq!(parts.len(), 5);
        assert_eq!(
            parts[2],
            Filter::AnyOf { path: "proxyAddresses".to_owned(), test: Some(Box::new(eq("", "SMTP:a@b.c"))) }
        );
        assert_eq!(
            Filter::parse("createdDateTime ge 2026-11-01T00:00:00Z").unwrap(),
            Filter::Compare {
                path: "createdDateTime".to_owned(),
                by: Comparison::GreaterOrEqual,
                value: Literal::Time(Timestamp::from_seconds(1_793_491_200)),
            }
        );
        assert!(matches!(Filter::parse("externalUserState in ('Accepted', null)").unwrap(), Filter::In { .. }));
        assert!(matches!(Filter::parse("startswith(mail,'a')").unwrap(), Filter::Text { part: Part::Start, .. }));
        let nested = "identities/any(c:c/issuerAssignedId eq 'a' and c/issuer eq 'b')";
        let Filter::AnyOf { test: Some(test), .. } = Filter::parse(nested).unwrap() else { panic!() };
        assert_eq!(*test, Filter::All(vec![eq("issuerAssignedId", "a"), eq("issuer", "b")]));
    }

    #[test]
    fn m2_what_is_none_is_refused() {
        for wrong in [
            "",
            " ",
            "mail",
            "mail eq",
            "mail eq a@b.c",
            "mail eq 'x",
            "mail eq 'x' and",
            "mail eq 'x' 'y'",
            "(mail eq 'x'",
            "mail eq 'x')",
            "mail like 'x'",
            "mail eq 'x'; drop table users",
            "mail eq 'x' -- ",
            "length(mail) gt 5",
            "mail in ()",
            "x/all(a:a eq 'b')",
            "x/any(a:b eq 'c')",
            "x/any(a:a/any(b:b eq 'c'))",
            "eq eq eq",
            "1 eq 1",
            "mail\u{0} eq 'x'",
        ] {
            assert!(Filter::parse(wrong).is_err(), "{wrong:?} was read as {:?}", Filter::parse(wrong));
        }
    }

    #[test]
    fn m2_length_depth_and_terms_have_caps() {
        let term = "a eq 1";
        assert!(Filter::parse(&[term; MOST_TERMS].join(" or ")).is_ok());
        assert!(Filter::parse(&[term; MOST_TERMS + 1].join(" or ")).is_err());
        let nested = |depth: usize| format!("{}{term}{}", "(".repeat(depth), ")".repeat(depth));
        assert!(Filter::parse(&nested(DEEPEST)).is_ok());
        assert!(Filter::parse(&nested(DEEPEST + 1)).is_err());
        assert!(Filter::parse(&format!("{}{term}", "not ".repeat(DEEPEST + 1))).is_err());
        assert!(Filter::parse(&"(".repeat(LONGEST)).is_err());
        let long = format!("a eq '{}'", "x".repeat(LONGEST));
        assert!(Filter::parse(&long).is_err());
        let values = |count: usize| format!("a in ({})", vec!["'x'"; count].join(","));
        assert!(Filter::parse(&values(MOST_VALUES)).is_ok());
        assert!(Filter::parse(&values(MOST_VALUES + 1)).is_err());
    }

    fn shown(filter: &Filter) -> String {
        let list = |parts: &[Filter], word: &str| {
            parts.iter().map(|part| format!("({})", shown(part))).collect::<Vec<_>>().join(word)
        };
        let literal = |value: &Literal| match value {
            Literal::Null => "null".to_owned(),
            Literal::Truth(truth) => truth.to_string(),
            Literal::Number(number) => number.to_string(),
            Literal::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Literal::Time(at) => at.to_string(),
        };
        match filter {
            Filter::All(parts) => list(parts, " and "),
            Filter::Any(parts) => list(parts, " or "),
            Filter::Not(part) => format!("not ({})", shown(part)),
            Filter::Compare { path, by, value } => {
                let by = match by {
                    Comparison::Equal => "eq",
                    Comparison::NotEqual => "ne",
                    Comparison::Less => "lt",
                    Comparison::LessOrEqual => "le",
                    Comparison::Greater => "gt",
                    Comparison::GreaterOrEqual => "ge",
                };
                format!("{path} {by} {}", literal(value))
            }
            Filter::In { path, values } => {
                format!("{path} in ({})", values.iter().map(literal).collect::<Vec<_>>().join(","))
            }
            Filter::Text { path, part, value } => {
                let name = match part {
                    Part::Start => "startsWith",
                    Part::End => "endsWith",
                    Part::Anywhere => "contains",
                };
                format!("{name}({path},'{}')", value.replace('\'', "''"))
            }
            Filter::AnyOf { path, .. } => format!("{path}/any()"),
        }
    }

    fn some_filter() -> impl Strategy<Value = Filter> {
        let path = "[a-z][A-Za-z]{2,8}";
        let literal = prop_oneof![
            Just(Literal::Null),
            any::<bool>().prop_map(Literal::Truth),
            any::<i64>().prop_map(Literal::Number),
            "\\PC{0,8}".prop_map(Literal::Text),
            (0_i64..2_000_000_000).prop_map(|at| Literal::Time(Timestamp::from_seconds(at))),
        ];
        let by = prop::sample::select(vec![
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::Less,
            Comparison::LessOrEqual,
            Comparison::Greater,
            Comparison::GreaterOrEqual,
        ]);
        let part = prop::sample::select(vec![Part::Start, Part::End, Part::Anywhere]);
        let leaf = prop_oneof![
            (path, by, literal.clone()).prop_map(|(path, by, value)| Filter::Compare { path, by, value }),
            (path, prop::collection::vec(literal, 1..3)).prop_map(|(path, values)| Filter::In { path, values }),
            (path, part, "\\PC{0,8}").prop_map(|(path, part, value)| Filter::Text { path, part, value }),
            path.prop_map(|path| Filter::AnyOf { path, test: None }),
        ];
        leaf.prop_recursive(3, 6, 2, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..3).prop_map(Filter::All),
                prop::collection::vec(inner.clone(), 2..3).prop_map(Filter::Any),
                inner.prop_map(|part| Filter::Not(Box::new(part))),
            ]
        })
    }

    proptest! {
        #[test]
        fn m2_no_text_makes_it_panic(text in "[a-z0-9 '(),:/]{0,120}|\\PC{0,300}") {
            let _ = Filter::parse(&text);
        }

        #[test]
        fn what_is_written_is_what_is_read(filter in some_filter()) {
            let text = shown(&filter);
            prop_assume!(text.len() <= LONGEST);
            prop_assert_eq!(Filter::parse(&text), Ok(filter));
        }
    }
}
