//! Tables for people, of many things or of one: columns as wide as what is in them.

use std::fmt;

/// A table with a line of headings.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new<const N: usize>(headings: [&str; N]) -> Self {
        Self { rows: vec![headings.iter().map(|heading| (*heading).to_owned()).collect()] }
    }

    /// A table of facts about one thing, without headings.
    pub(crate) fn of_facts() -> Self {
        Self { rows: Vec::new() }
    }

    /// Adds a fact; one without a value is left out.
    pub(crate) fn fact(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.row([name.to_owned(), value.to_owned()]);
        }
    }

    /// Adds a row. Control characters in a cell could steer the terminal, so they become spaces.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        let plain = |cell: String| cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.rows.push(cells.into_iter().map(plain).collect());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let columns = self.rows.first().map_or(0, Vec::len);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(&format!("{cell:<width$}  "));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_need() {
        let mut table = Table::new(["A", "LONG"]);
        table.row(["ä much".to_owned(), "\u{1b}[31m".to_owned()]);
        assert_eq!(table.to_string(), "A       LONG\nä much   [31m\n");
    }

    #[test]
    fn what_has_no_value_is_no_fact() {
        let mut table = Table::of_facts();
        table.fact("name", "Car\nMaker");
        table.fact("roots", "");
        assert_eq!(table.to_string(), "name  Car Maker\n");
    }
}
