//! Rows of CSV as we hand them out (RFC 4180), for people who open them in a spreadsheet.

/// One row: every cell quoted, ended by CR LF. A cell that a spreadsheet would run as a formula begins with an apostrophe,
/// which spreadsheets take as "this is text".
pub fn row<T: AsRef<str>>(cells: &[T]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell.as_ref())).collect();
    cells.join(",") + "\r\n"
}

fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_quoted_and_no_formula_runs() {
        assert_eq!(row(&["a \"b\", c", "x\ny", "1-2"]), "\"a \"\"b\"\", c\",\"x\ny\",\"1-2\"\r\n");
        for formula in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1"] {
            assert!(row(&[formula]).starts_with("\"'"), "{formula:?}");
        }
    }
}
