//! Reading a table key by key: the environment wins over the file, every fault is kept, no key goes unread.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;
use std::ops::{Deref, RangeInclusive};

use super::environment::{Environment, variable_name};
use super::fault::{Fault, Place, closest};
use super::raw::{Raw, RawTable, RawValue};

/// What is shared while all files are read.
pub(super) struct Reader<'e> {
    pub environment: &'e Environment,
    faults: RefCell<Vec<Fault>>,
    notices: RefCell<Vec<Fault>>,
    variables: RefCell<BTreeSet<String>>,
    keys: RefCell<BTreeSet<String>>,
    claims: RefCell<HashMap<(&'static str, String), Place>>,
}

impl<'e> Reader<'e> {
    pub fn new(environment: &'e Environment) -> Self {
        Self {
            environment,
            faults: RefCell::new(environment.faults().collect()),
            notices: RefCell::default(),
            variables: RefCell::default(),
            keys: RefCell::default(),
            claims: RefCell::default(),
        }
    }

    /// Something is wrong: nothing starts.
    pub fn fault(&self, place: &Place, message: impl Into<String>, hint: impl Into<String>) {
        self.faults.borrow_mut().push(place.fault(message, hint));
    }

    /// Something is odd: it works, and `check` mentions it.
    pub fn notice(&self, place: &Place, message: impl Into<String>, hint: impl Into<String>) {
        self.notices.borrow_mut().push(place.fault(message, hint));
    }

    pub fn extend(&self, faults: Vec<Fault>) {
        self.faults.borrow_mut().extend(faults);
    }

    /// How many faults there are so far: a caller that compares two counts knows whether what lies between was whole.
    pub fn fault_count(&self) -> usize {
        self.faults.borrow().len()
    }

    /// Claims a name that may exist once among all files; a second claim is a fault that names the first.
    pub fn claim(&self, what: &'static str, name: impl Display, place: &Place, hint: &str) {
        let name = name.to_string();
        if let Some(first) = self.claims.borrow().get(&(what, name.clone())) {
            self.fault(place, format!("{what} `{name}` stands already in {}", first.short()), hint);
            return;
        }
        self.claims.borrow_mut().insert((what, name), place.clone());
    }

    /// Whether somebody claimed the name, even if the rest of what it names is faulty.
    pub fn is_claimed(&self, what: &'static str, name: impl Display) -> bool {
        self.claims.borrow().contains_key(&(what, name.to_string()))
    }

    /// Every key path that reading asked for, e.g. `listen.https`, `connections[].issuer`.
    #[cfg(test)]
    pub fn keys(&self) -> BTreeSet<String> {
        self.keys.borrow().clone()
    }

    /// Faults and notices in order of place; variables that stand for no key are faults.
    pub fn finish(self) -> (Vec<Fault>, Vec<Fault>) {
        let variables = self.variables.into_inner();
        let mut faults = self.faults.into_inner();
        for name in self.environment.names().filter(|name| !variables.contains(*name)) {
            let hint = match closest(name, variables.iter().map(String::as_str)) {
                Some(meant) => format!("did you mean {meant}?"),
                None => "docs/configuration.md lists every key; a variable is VESTIBULE_ and the key's path in upper \
                         case, joined with two underscores"
                    .to_owned(),
            };
            faults.push(Place::whole(name).fault("this environment variable stands for no key", hint));
        }
        faults.sort();
        faults.dedup();
        let mut notices = self.notices.into_inner();
        notices.sort();
        (faults, notices)
    }
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    pub value: T,
    pub place: Place,
}

impl<T> Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// One table that is being read. Dropping it reports the keys that nobody asked for.
pub(super) struct Section<'r> {
    pub reader: &'r Reader<'r>,
    pub place: Place,
    /// For variables: `tenants`, `contoso`, `connections`, `fabrikam`.
    path: Vec<String>,
    /// For documentation: `connections[].`.
    shape: String,
    table: RefCell<RawTable>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'r> Section<'r> {
    /// The root of a file. Keys of a tenant's file stand in the environment below `tenants` and the file's name.
    pub fn root(reader: &'r Reader<'r>, table: RawTable, tenant: Option<String>) -> Self {
        let shape = if tenant.is_some() { "tenants.*." } else { "" };
        let path = tenant.map_or_else(Vec::new, |tenant| vec!["tenants".to_owned(), tenant]);
        Self::new(reader, table, path, shape.to_owned())
    }

    fn new(reader: &'r Reader<'r>, table: RawTable, path: Vec<String>, shape: String) -> Self {
        let place = table.place.clone();
        Self { reader, place, path, shape, table: RefCell::new(table), asked: RefCell::default() }
    }

    /// Whether the file or the environment sets the key.
    pub fn has(&self, key: &'static str) -> bool {
        self.table.borrow().entries.contains_key(key) || self.reader.environment.value(&self.variable(key)).is_some()
    }

    pub fn text(&self, key: &'static str) -> Option<Placed<String>> {
        let raw = self.take(key)?;
        self.as_text(key, raw)
    }

    /// A text that `parse` understands; its error is shown with `hint`.
    pub fn parsed<T, E: Display>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
        hint: &str,
    ) -> Option<Placed<T>> {
        let text = self.text(key)?;
        self.convert(key, text, parse, hint)
    }

    /// Like [`Self::parsed`]; a missing key is a fault.
    pub fn required<T, E: Display>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
        hint: &str,
    ) -> Option<Placed<T>> {
        if !self.has(key) {
            self.remember(key);
            self.reader.fault(&self.place, format!("`{key}` is missing"), hint);
            return None;
        }
        self.parsed(key, parse, hint)
    }

    pub fn boolean(&self, key: &'static str, default: bool) -> bool {
        let Some(raw) = self.take(key) else { return default };
        match &raw.value {
            RawValue::Boolean(value) => *value,
            RawValue::Variable(text) if text == "true" => true,
            RawValue::Variable(text) if text == "false" => false,
            _ => {
                self.wrong(key, &raw, "true or false", "write true or false, without quotes");
                default
            }
        }
    }

    pub fn number(&self, key: &'static str, default: u64, range: RangeInclusive<u64>) -> u64 {
        let Some(raw) = self.take(key) else { return default };
        let number = match &raw.value {
            RawValue::Integer(number) => u64::try_from(*number).ok(),
            RawValue::Variable(text) => text.parse().ok(),
            _ => {
                self.wrong(key, &raw, "a number", "write a whole number, without quotes");
                return default;
            }
        };
        let (low, high) = (range.start(), range.end());
        match number.filter(|number| range.contains(number)) {
            Some(number) => number,
            None => {
                let message = format!("`{key}` is out of range");
                self.reader.fault(&raw.place, message, format!("write a whole number from {low} to {high}"));
                default
            }
        }
    }

    /// A list of texts; each element is converted on its own, so that each fault has its own place.
    pub fn list<T, E: Display>(
        &self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, E>,
        hint: &str,
    ) -> Option<Vec<Placed<T>>> {
        let raw = self.take(key)?;
        let texts: Vec<Placed<String>> = match raw.value {
            RawValue::List(items) => items.into_iter().filter_map(|item| self.as_text(key, item)).collect(),
            RawValue::Variable(text) => text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| Placed { value: part.to_owned(), place: raw.place.clone() })
                .collect(),
            _ => {
                self.wrong(key, &raw, "a list", r#"write a list in brackets, e.g. ["one", "two"]"#);
                return None;
            }
        };
        Some(texts.into_iter().filter_map(|text| self.convert(key, text, &parse, hint)).collect())
    }

    /// A table within; an absent one reads as empty.
    pub fn section(&self, key: &'static str) -> Section<'r> {
        self.asked.borrow_mut().push(key);
        let entry = self.table.borrow_mut().entries.remove(key);
        let table = match entry {
            Some((_, Raw { value: RawValue::Table(table), .. })) => table,
            Some((_, raw)) => {
                self.wrong(key, &raw, "a table", &format!("write it as a table: [{key}]"));
                RawTable::empty(self.place.clone())
            }
            None => RawTable::empty(self.place.clone()),
        };
        let path = self.path.iter().cloned().chain([key.to_owned()]).collect();
        Section::new(self.reader, table, path, format!("{}{key}.", self.shape))
    }

    /// An array of tables; in the environment an element goes by the text of its `name_key`.
    pub fn sections(&self, key: &'static str, name_key: &str) -> Vec<Section<'r>> {
        self.asked.borrow_mut().push(key);
        let entry = self.table.borrow_mut().entries.remove(key);
        let items = match entry {
            Some((_, Raw { value: RawValue::List(items), .. })) => items,
            Some((_, raw)) => {
                self.wrong(key, &raw, "an array of tables", &format!("write each as [[{key}]]"));
                Vec::new()
            }
            None => Vec::new(),
        };
        let mut sections = Vec::new();
        for item in items {
            let RawValue::Table(table) = item.value else {
                self.wrong(key, &item, "an array of tables", &format!("write each as [[{key}]]"));
                continue;
            };
            let name = match table.entries.get(name_key) {
                Some((_, Raw { value: RawValue::Text(name), .. })) => name.clone(),
                _ => sections.len().to_string(),
            };
            let path = self.path.iter().cloned().chain([key.to_owned(), name]).collect();
            sections.push(Section::new(self.reader, table, path, format!("{}{key}[].", self.shape)));
        }
        sections
    }

    /// Where the value of `key` stands, or else the table.
    pub fn place_of(&self, key: &'static str) -> Place {
        let variable = self.variable(key);
        if self.reader.environment.value(&variable).is_some() {
            return Place::whole(&variable);
        }
        self.table.borrow().entries.get(key).map_or_else(|| self.place.clone(), |(_, raw)| raw.place.clone())
    }

    /// The environment variable of a key.
    pub fn variable(&self, key: &str) -> String {
        variable_name(self.path.iter().map(String::as_str).chain([key]))
    }

    fn remember(&self, key: &'static str) -> String {
        let variable = self.variable(key);
        self.asked.borrow_mut().push(key);
        self.reader.keys.borrow_mut().insert(format!("{}{key}", self.shape));
        self.reader.variables.borrow_mut().insert(variable.clone());
        variable
    }

    fn take(&self, key: &'static str) -> Option<Raw> {
        let variable = self.remember(key);
        let typed = self.table.borrow_mut().entries.remove(key).map(|(_, raw)| raw);
        match self.reader.environment.value(&variable) {
            Some(value) => Some(Raw { value: RawValue::Variable(value.to_owned()), place: Place::whole(&variable) }),
            None => typed,
        }
    }

    fn as_text(&self, key: &str, raw: Raw) -> Option<Placed<String>> {
        match raw.value {
            RawValue::Text(value) | RawValue::Variable(value) => Some(Placed { value, place: raw.place }),
            _ => {
                self.wrong(key, &raw, "a text", r#"write it in quotes: "…""#);
                None
            }
        }
    }

    fn convert<T, E: Display>(
        &self,
        key: &str,
        text: Placed<String>,
        parse: impl FnOnce(&str) -> Result<T, E>,
        hint: &str,
    ) -> Option<Placed<T>> {
        match parse(&text.value) {
            Ok(value) => Some(Placed { value, place: text.place }),
            Err(error) => {
                self.reader.fault(&text.place, format!("`{key}`: {error}"), hint);
                None
            }
        }
    }

    fn wrong(&self, key: &str, raw: &Raw, wanted: &str, hint: &str) {
        let message = format!("`{key}` must be {wanted}, not {}", raw.value.kind());
        self.reader.fault(&raw.place, message, hint);
    }
}

impl Drop for Section<'_> {
    fn drop(&mut self) {
        let asked = self.asked.borrow();
        for (key, (place, _)) in &self.table.borrow().entries {
            let hint = match closest(key, asked.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("known here: {}", asked.join(", ")),
            };
            self.reader.fault(place, format!("unknown key `{key}`"), hint);
        }
    }
}
