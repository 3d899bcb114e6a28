//! Rows of CSV as we hand them out (RFC 4180), for people who open them in a spreadsheet.

/// One row: every cell quoted, ended by CR LF. A cell that a spreadsheet would run as a formula begins with an apostrophe,
/// which spreadsheets take as "this is text".
pub fn row<T: AsRef<str>>(cells: &[T]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell.as_ref())).collect();
    cells.join(",") + "\r\n"
}

fn quoted(cell: &str) -> String {
    // Some spreadsheets drop spaces in front, and take the wide signs of Asian keyboards for the narrow ones.
    let signs = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    let formula = cell.starts_with(signs) || cell.trim_start().starts_with(signs);
    format!("\"{}{}\"", if formula { "'" } else { "" }, cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_quoted_and_no_formula_runs() {
        assert_eq!(row(&["a \"b\", c", "x\ny", "1-2"]), "\"a \"\"b\"\", c\",\"x\ny\",\"1-2\"\r\n");
        for start in ["=cmd|' /C calc'!A", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u{a0}@"]
        {
            assert!(row(&[format!("{start}1")]).starts_with("\"'"), "{start:?}");
        }
        assert_eq!(row(&["Anna = Bo"]), "\"Anna = Bo\"\r\n");
    }
}
