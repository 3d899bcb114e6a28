//! Plain tables and fact lists for people at a terminal.

use std::io::{self, Write};

/// Writes columns as wide as their widest cell; the last one is not padded.
pub(super) fn table(out: &mut dyn Write, head: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let head: Vec<String> = head.iter().map(|title| title.to_uppercase()).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| printable(cell)).collect()).collect();
    let widths: Vec<usize> = (0..head.len())
        .map(|column| {
            let cells = [&head].into_iter().chain(&rows).filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    for row in [&head].into_iter().chain(&rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', (width + 2).saturating_sub(cell.chars().count())));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Writes `name  value` lines, values below each other; facts without value are left out.
pub(super) fn facts(out: &mut dyn Write, facts: &[(&str, Option<String>)]) -> io::Result<()> {
    let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, value) in facts {
        if let Some(value) = value {
            writeln!(out, "{name:<width$}  {}", printable(value))?;
        }
    }
    Ok(())
}

/// One line that cannot command the terminal: names come from people.
pub(super) fn printable(text: &str) -> String {
    let odd = |character: char| {
        character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|character| if odd(character) { '\u{fffd}' } else { character }).collect()
}

/// Writes CSV (RFC 4180): every cell quoted, lines ended by CR LF. A cell that a spreadsheet would run as a formula begins
/// with an apostrophe, which spreadsheets take as "this is text".
pub(super) fn csv(out: &mut dyn Write, head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
    let head = head.iter().map(|&title| title.to_owned()).collect();
    for row in std::iter::once(head).chain(rows) {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        write!(out, "{}\r\n", cells.join(","))?;
    }
    Ok(())
}

fn quoted(cell: &str) -> String {
    // Some spreadsheets drop spaces in front, and take the wide signs of Asian keyboards for the narrow ones.
    let signs = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    let formula = cell.starts_with(signs) || cell.trim_start().starts_with(signs);
    format!("\"{}{}\"", if formula { "'" } else { "" }, cell.replace('"', "\"\""))
}

/// Writes a value as JSON and a line break.
pub(super) fn json(out: &mut dyn Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_quotes_everything_and_runs_no_formula() {
        let mut out = Vec::new();
        let rows =
            [vec!["a \"b\", c".to_owned(), "=HYPERLINK(1)".to_owned()], vec!["x\ny".to_owned(), "1-2".to_owned()]];
        csv(&mut out, &["one", "two"], rows.into_iter()).unwrap();
        let text = String::from_utf8(out).unwrap();
        for start in ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u{a0}@"] {
            assert!(quoted(&format!("{start}1")).starts_with("\"'"), "{start:?}");
        }
        assert_eq!(quoted("Anna = Bo"), "\"Anna = Bo\"");
        assert_eq!(text, "\"one\",\"two\"\r\n\"a \"\"b\"\", c\",\"'=HYPERLINK(1)\"\r\n\"x\ny\",\"1-2\"\r\n");
    }

    #[test]
    fn columns_line_up_and_names_cannot_command_the_terminal() {
        let mut out = Vec::new();
        let rows =
            vec![vec!["Zoë".to_owned(), "x".to_owned()], vec!["\u{1b}[2J\u{202e}evil".to_owned(), "y".to_owned()]];
        table(&mut out, &["Name", "State"], &rows).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "NAME       STATE\nZoë        x\n\u{fffd}[2J\u{fffd}evil  y\n");
    }
}
