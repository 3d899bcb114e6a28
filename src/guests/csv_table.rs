//! A CSV file as people make them: with a mark at its beginning, commas or semicolons, quotes, and headings of their own.

use std::collections::HashMap;

/// Most rows of one file.
pub const MOST_ROWS: usize = 10_000;
/// Most columns: nobody's file has more, and every heading is looked at.
pub const MOST_COLUMNS: usize = 200;

/// Why a file is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Nothing but headings, or not even these.
    #[error("the file has no rows; its first line must be headings, e.g. email,name,message")]
    Empty,
    /// None of the headings names the address.
    #[error("no heading names the address; call the column email (the template's `[inviteeEmail]` is known too)")]
    NoAddress,
    /// Two columns mean the same.
    #[error("the heading {0:?} stands twice")]
    Twice(String),
    /// Too many.
    #[error("the file has more than {0} rows; split it")]
    TooLong(usize),
    /// No table of people.
    #[error("the file has more than {MOST_COLUMNS} columns; is it a table of people, one row each?")]
    TooWide,
}

/// The rows of a file by the meaning of their columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<C> {
    /// The rows that hold anything.
    pub rows: Vec<Row<C>>,
    /// Headings that mean nothing here; their columns are ignored, as in the original.
    pub ignored: Vec<String>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<C> {
    /// Line of the file where it begins, from 1.
    pub line: u64,
    cells: Vec<(C, String)>,
}

impl<C: Copy + PartialEq> Row<C> {
    /// The text under a heading, without spaces around it; an empty one is none.
    pub fn text(&self, column: C) -> Option<&str> {
        let cell = self.cells.iter().find(|(known, _)| *known == column);
        cell.map(|(_, text)| text.trim()).filter(|text| !text.is_empty())
    }

    /// The parts of a text with several in it, apart by semicolon, bar or line break (commas end cells).
    pub fn parts(&self, column: C) -> impl Iterator<Item = &str> {
        let text = self.text(column).unwrap_or_default();
        text.split([';', '|', '\n']).map(str::trim).filter(|part| !part.is_empty())
    }
}

/// Reads a file. `meaning` tells what a heading stands for: it gets the words in lower case without spaces and signs, or
/// what the heading has in brackets, as the original's template does. `address` is the one column that must be there, and
/// `most` the rows that are taken.
pub fn read_table<C: Copy + PartialEq>(
    text: &str,
    meaning: impl Fn(&str) -> Option<C>,
    address: C,
    most: usize,
) -> Result<Table<C>, TableError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut skipped = 0;
    let mut body = text;
    // The original's template opens with its version, on a line that must not be changed.
    while let Some((first, rest)) = body.split_once('\n') {
        let bare = first.trim().trim_matches(['"', ',', ';']);
        if !bare.is_empty() && !bare.to_ascii_lowercase().starts_with("version:") {
            break;
        }
        body = rest;
        skipped += 1;
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(body))
        .has_headers(false)
        .flexible(true)
        .from_reader(body.as_bytes());
    let mut records = reader.records().filter_map(Result::ok);
    let headings = records.next().ok_or(TableError::Empty)?;
    if headings.len() > MOST_COLUMNS {
        return Err(TableError::TooWide);
    }
    let mut columns: HashMap<usize, C> = HashMap::new();
    let mut ignored = Vec::new();
    for (position, heading) in headings.iter().enumerate() {
        match meaning(&bare(heading)) {
            Some(column) if columns.values().any(|known| *known == column) => {
                return Err(TableError::Twice(heading.trim().to_owned()));
            }
            Some(column) => drop(columns.insert(position, column)),
            None if heading.trim().is_empty() => {}
            None => ignored.push(heading.trim().to_owned()),
        }
    }
    if !columns.values().any(|column| *column == address) {
        return Err(TableError::NoAddress);
    }
    let mut rows = Vec::new();
    let mut lines = Lines { body, byte: 0, line: 1 };
    for record in records {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == most {
            return Err(TableError::TooLong(most));
        }
        let line = lines.at(record.position().map_or(0, csv::Position::byte)) + skipped;
        let cells = record.iter().enumerate().filter_map(|(at, cell)| Some((*columns.get(&at)?, cell.to_owned())));
        rows.push(Row { line, cells: cells.collect() });
    }
    if rows.is_empty() { Err(TableError::Empty) } else { Ok(Table { rows, ignored }) }
}

/// Counts lines as people see them; the reader's own count is late by one after each carriage return.
struct Lines<'a> {
    body: &'a str,
    byte: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of a record that begins at `byte`. Asked in rising order.
    fn at(&mut self, byte: u64) -> u64 {
        let bytes = self.body.as_bytes();
        let mut begin = usize::try_from(byte).unwrap_or(usize::MAX).min(bytes.len());
        // The break before the record may be counted to it.
        while bytes.get(begin).is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            begin += 1;
        }
        let passed = bytes.get(self.byte..begin).unwrap_or_default();
        self.line += passed.iter().fold(0, |count, byte| count + u64::from(*byte == b'\n'));
        self.byte = begin.max(self.byte);
        self.line
    }
}

/// What spreadsheets of several countries put between cells: whatever the headings have most of.
fn delimiter(body: &str) -> u8 {
    let head = body.lines().next().unwrap_or_default();
    let count = |sign: char| head.chars().filter(|character| *character == sign).count();
    [b';', b'\t'].into_iter().find(|sign| count(char::from(*sign)) > count(',')).unwrap_or(b',')
}

/// `Email address to invite [inviteeEmail] Required` → `inviteeemail`; `Display name` → `displayname`.
fn bare(heading: &str) -> String {
    let inside = heading.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(inside, _)| inside);
    inside
        .unwrap_or(heading)
        .chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Table<char>, TableError> {
        let meaning = |heading: &str| match heading {
            "email" | "inviteeemail" => Some('a'),
            "message" | "customizedmessagebody" => Some('m'),
            "apps" => Some('p'),
            _ => None,
        };
        read_table(text, meaning, 'a', MOST_ROWS)
    }

    #[test]
    fn quotes_hold_commas_quotes_and_lines() {
        let table = read("email,message\na@b.example,\"Hello, \"\"you\"\"\r\nsecond line\"\nc@d.example,x\n").unwrap();
        assert_eq!(table.rows[0].text('m'), Some("Hello, \"you\"\r\nsecond line"));
        assert_eq!((table.rows[0].line, table.rows[1].line), (2, 4));
        let blank = read("email\r\n\r\na@b.example\r\n\r\n\r\nc@d.example\r\n").unwrap();
        assert_eq!((blank.rows[0].line, blank.rows[1].line), (3, 6));
    }

    #[test]
    fn the_originals_template_is_read_as_it_is() {
        let text = "\u{feff}version:v1.0,,,\r\nEmail address to invite [inviteeEmail] Required,\
                    Redirection url [inviteRedirectURL] Required,Customized invitation message [customizedMessageBody]\r\n\
                    a@b.example,https://x.example/,Welcome\r\n";
        let table = read(text).unwrap();
        assert_eq!((table.rows[0].text('a'), table.rows[0].text('m')), (Some("a@b.example"), Some("Welcome")));
        assert_eq!((table.rows[0].line, table.ignored.len()), (3, 1));
    }

    #[test]
    fn semicolons_tabs_blank_rows_and_ragged_rows_are_taken() {
        let table = read("email;message;extra\na@b.example\n;;\n c@d.example ; hi ;x;y;z\n").unwrap();
        assert_eq!(table.rows.len(), 2);
        assert_eq!((table.rows[0].text('m'), table.rows[1].text('a')), (None, Some("c@d.example")));
        assert_eq!(read("email\tmessage\na@b.example\thi, you\n").unwrap().rows[0].text('m'), Some("hi, you"));
        let parts = read("email,apps\na@b.example,Wiki; Desk |Board\n").unwrap();
        assert_eq!(parts.rows[0].parts('p').collect::<Vec<_>>(), ["Wiki", "Desk", "Board"]);
    }

    #[test]
    fn what_is_no_table_is_said() {
        assert_eq!(read(""), Err(TableError::Empty));
        assert_eq!(read("email\n"), Err(TableError::Empty));
        assert_eq!(read("name,message\nx,y\n"), Err(TableError::NoAddress));
        assert_eq!(read("email,e-mail\nx,y\n"), Err(TableError::Twice("e-mail".to_owned())));
        let long = "email\n".to_owned() + &"a@b.example\n".repeat(MOST_ROWS + 1);
        assert_eq!(read(&long), Err(TableError::TooLong(MOST_ROWS)));
        let wide = "email".to_owned() + &",x".repeat(1_000_000) + "\na@b.example\n";
        assert_eq!(read(&wide), Err(TableError::TooWide));
    }
}
