//! What objects of the API look like, property by property: bodies are read by it, answers shown by it, documents made of it.

use crate::model::Permission;

/// What a property holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text of at most so many characters.
    Text(usize),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A GUID.
    Guid,
    /// An e-mail address.
    Address,
    /// An absolute URL.
    Url,
    /// A point in time.
    Time,
    /// A span of time (ISO 8601).
    Span,
    /// True or false.
    Truth,
    /// A whole number.
    Number,
    /// Bytes in base64.
    Bytes,
    /// An object.
    Object(&'static Entity),
    /// A list of texts, at most so many.
    Texts(usize),
    /// A list of e-mail addresses, at most so many.
    Addresses(usize),
    /// A list of objects, at most so many.
    Objects(&'static Entity, usize),
}

/// One line that shows something: no controls, and no marks that turn the direction of text around.
pub const LINE: &str = "^[^\\u0000-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069\\uFEFF]*[^\\s\\u0000-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069\\uFEFF][^\\u0000-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069\\uFEFF]*$";
/// Lines without other controls, and without marks that turn the direction of text around.
pub const LINES: &str = "^[^\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069\\uFEFF]*$";
/// A language tag (BCP 47).
pub const LANGUAGE: &str = "^[A-Za-z0-9-]{2,35}$";
/// A domain name in ASCII.
pub const DOMAIN: &str = "^(?:[A-Za-z0-9]{1,30}(?:-[A-Za-z0-9]{1,30})?\\.)+[A-Za-z]{2,30}$";
/// The address of an object of the API, ending in its id.
pub const ADDRESS: &str = "^https?://(?:[A-Za-z0-9]{1,30}[.-]){0,5}[A-Za-z]{1,30}(?::[1-9][0-9]{0,3})?/v1\\.0/[A-Za-z]{1,30}/[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$";

/// When a client may send a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Never.
    ReadOnly,
    /// When the object is made; it must be there.
    Required,
    /// When the object is made.
    Create,
    /// When the object is changed.
    Update,
    /// Whenever the object is written.
    Write,
}

impl Access {
    /// Whether it may stand in the body that makes an object (`creating`) or changes one.
    pub fn allows(self, creating: bool) -> bool {
        match self {
            Self::ReadOnly => false,
            Self::Required | Self::Create => creating,
            Self::Update => !creating,
            Self::Write => true,
        }
    }
}

/// One property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name, as the original's.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it may be null.
    pub nullable: bool,
    /// When a client may send it.
    pub access: Access,
    /// Whether it is shown without being selected.
    pub shown: bool,
    /// To see it by selection, one of these is needed besides what the operation needs.
    pub read: &'static [Permission],
    /// To send it, one of these is needed besides what the operation needs (attack row C4).
    pub write: &'static [Permission],
    /// What a text must look like when it is sent, for documents; the verbs behind the API look for themselves.
    pub pattern: Option<&'static str>,
    /// What it means.
    pub words: &'static str,
}

impl Property {
    /// A property that is shown and never sent.
    pub const fn of(name: &'static str, kind: Kind, words: &'static str) -> Self {
        Self {
            name,
            kind,
            nullable: false,
            access: Access::ReadOnly,
            shown: true,
            read: &[],
            write: &[],
            pattern: None,
            words,
        }
    }

    /// The same, possibly null.
    pub const fn or_null(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// The same, sent at these times.
    pub const fn sent(self, access: Access) -> Self {
        Self { access, ..self }
    }

    /// The same, looking like this when it is sent.
    pub const fn like(self, pattern: &'static str) -> Self {
        Self { pattern: Some(pattern), ..self }
    }

    /// The same, shown only if selected.
    pub const fn on_select(self) -> Self {
        Self { shown: false, ..self }
    }

    /// The same, sent only by who has one of these.
    pub const fn sent_by(self, write: &'static [Permission]) -> Self {
        Self { write, ..self }
    }

    /// The same, selected only by who has one of these.
    pub const fn seen_by(self, read: &'static [Permission]) -> Self {
        Self { read, ..self }
    }
}

/// A kind of object.
#[derive(Debug, PartialEq, Eq)]
pub struct Entity {
    /// Its name in documents, as the original's type.
    pub name: &'static str,
    /// Its properties, in the order in which they are shown.
    pub properties: &'static [Property],
}

impl Entity {
    /// The property called `name`, in exactly this spelling.
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        self.properties.iter().find(|property| property.name == name)
    }
}
