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

/// Writes CSV, as [`crate::web::csv`] has it.
pub(super) fn csv(out: &mut dyn Write, head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
    write!(out, "{}", crate::web::csv::row(head))?;
    for row in rows {
        write!(out, "{}", crate::web::csv::row(&row))?;
    }
    Ok(())
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
    fn columns_line_up_and_names_cannot_command_the_terminal() {
        let mut out = Vec::new();
        let rows =
            vec![vec!["Zoë".to_owned(), "x".to_owned()], vec!["\u{1b}[2J\u{202e}evil".to_owned(), "y".to_owned()]];
        table(&mut out, &["Name", "State"], &rows).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "NAME       STATE\nZoë        x\n\u{fffd}[2J\u{fffd}evil  y\n");
    }
}
