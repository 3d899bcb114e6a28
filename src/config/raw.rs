//! Configuration as typed: TOML with the place of every key and value. It judges nothing but TOML itself.

use std::collections::BTreeMap;
use std::rc::Rc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Fault, Place};

/// A value as typed.
#[derive(Debug)]
pub(super) enum RawValue {
    Text(String),
    Integer(i64),
    Boolean(bool),
    List(Vec<Raw>),
    Table(RawTable),
    /// From an environment variable, which has no type of its own.
    Variable(String),
    /// A kind of value that no key takes, by its TOML name.
    Other(&'static str),
}

/// A value and where it stands.
#[derive(Debug)]
pub(super) struct Raw {
    pub value: RawValue,
    pub place: Place,
}

/// A table as typed.
#[derive(Debug)]
pub(super) struct RawTable {
    /// Keys with the place of the key.
    pub entries: BTreeMap<String, (Place, Raw)>,
    /// Where it begins.
    pub place: Place,
}

impl RawTable {
    /// A table that nobody wrote: every key is at its default.
    pub fn empty(place: Place) -> Self {
        Self { entries: BTreeMap::new(), place }
    }
}

impl RawValue {
    /// What it is, in words for a person.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Variable(_) => "a text",
            Self::Integer(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }
}

/// Parses a file. What can be read is returned even if something is wrong elsewhere in it, so that one run shows
/// every fault.
pub(super) fn parse(text: &str, file: &str) -> (RawTable, Vec<Fault>) {
    let source = Source::new(text, file);
    let (table, errors) = DeTable::parse_recoverable(text);
    let faults = errors.iter().map(|error| {
        let place = source.place(error.span().map_or(0, |span| span.start));
        place.fault(error.message(), "the file must be TOML 1.0, see https://toml.io")
    });
    let mut faults: Vec<Fault> = faults.collect();
    // Recovery invents follow-up errors on the line of the first; one for each line is enough to find it.
    faults.sort();
    faults.dedup_by_key(|fault| fault.line);
    let place = source.place(0);
    (source.table(table.get_ref(), place), faults)
}

struct Source {
    file: Rc<str>,
    text: String,
    line_starts: Vec<usize>,
}

impl Source {
    fn new(text: &str, file: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { file: file.into(), text: text.to_owned(), line_starts: std::iter::once(0).chain(breaks).collect() }
    }

    fn place(&self, offset: usize) -> Place {
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(start..offset).map_or(0, |text| text.chars().count());
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Place { file: Rc::clone(&self.file), line: number(line), column: number(before + 1) }
    }

    fn table(&self, table: &DeTable<'_>, place: Place) -> RawTable {
        let entries = table.iter().map(|(key, value)| {
            let at = self.place(key.span().start);
            let mut raw = self.value(value);
            // A table's own span is its header's; the key is what a person looks for.
            if let RawValue::Table(table) = &mut raw.value {
                table.place = at.clone();
            }
            (key.get_ref().to_string(), (at, raw))
        });
        RawTable { entries: entries.collect(), place }
    }

    fn value(&self, value: &Spanned<DeValue<'_>>) -> Raw {
        let place = self.place(value.span().start);
        let value = match value.get_ref() {
            DeValue::String(text) => RawValue::Text(text.to_string()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => RawValue::Integer(number),
                Err(_) => RawValue::Other("a number that is too large"),
            },
            DeValue::Boolean(value) => RawValue::Boolean(*value),
            DeValue::Array(list) => RawValue::List(list.iter().map(|item| self.value(item)).collect()),
            DeValue::Table(table) => RawValue::Table(self.table(table, place.clone())),
            DeValue::Float(_) => RawValue::Other("a number with a fraction"),
            DeValue::Datetime(_) => RawValue::Other("a date"),
        };
        Raw { value, place }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_and_value_has_its_place() {
        let (table, faults) = parse("a = 1\n[b]\n\"ä\" = \"x\"\nc = [\n  true,\n]\n", "x.toml");
        assert_eq!(faults, []);
        let RawValue::Table(inner) = &table.entries["b"].1.value else { panic!() };
        assert_eq!(inner.place.short(), "x.toml:2");
        let (key, value) = &inner.entries["c"];
        assert_eq!((key.line, key.column, value.place.column), (4, 1, 5));
        let RawValue::List(items) = &value.value else { panic!() };
        assert_eq!((items[0].place.line, items[0].place.column), (5, 3));
    }

    #[test]
    fn reports_each_syntax_fault_and_goes_on() {
        let (table, faults) = parse("a = \nb = 2\nc = = 3\nb = 4\n", "x.toml");
        assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [1, 3, 4]);
        assert!(matches!(table.entries["b"].1.value, RawValue::Integer(_)));
    }
}
