//! Many rows by few statements: what costs time is to hand a statement over and to hear back, not the rows in it.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::statement::Statement;
use crate::value::Value;
use crate::{Reader, StoreError};

/// The most rows of one statement, and a power of two like all sizes: the engines keep prepared statements by their text.
const MOST: usize = 64;
/// What an INSERT of one row ends with.
const VALUES: &str = "VALUES (";

/// The statements for several rows that were made. There are few: one for each size and each INSERT that is used so.
static MADE: LazyLock<Mutex<HashMap<(&'static str, usize), &'static Statement>>> = LazyLock::new(Mutex::default);

impl Reader {
    /// Runs an INSERT of one row, whose VALUES are its parameters and nothing else, for all these rows.
    pub(crate) async fn insert_all<const WIDTH: usize>(
        &mut self,
        statement: &'static Statement,
        rows: impl IntoIterator<Item = [Value; WIDTH]>,
    ) -> Result<(), StoreError> {
        let mut rows: Vec<_> = rows.into_iter().collect();
        while !rows.is_empty() {
            let size = 1 << rows.len().min(MOST).ilog2();
            let rest = rows.split_off(size);
            self.execute(for_rows(statement, size, WIDTH), rows.into_iter().flatten()).await?;
            rows = rest;
        }
        Ok(())
    }
}

/// The same statement for `size` rows.
fn for_rows(statement: &'static Statement, size: usize, width: usize) -> &'static Statement {
    let Some((head, row)) = statement.text.rsplit_once(VALUES).filter(|_| size > 1) else { return statement };
    let tail = row.split_once(')').map_or("", |(_, tail)| tail);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry((statement.name, size)).or_insert_with(|| {
        let parameters = |row: usize| {
            let numbers = (1..=width).map(|column| format!("${}", row * width + column)).collect::<Vec<_>>();
            format!("({})", numbers.join(", "))
        };
        let rows = (0..size).map(parameters).collect::<Vec<_>>();
        let text = format!("{head}VALUES {}{tail}", rows.join(", "));
        Box::leak(Box::new(Statement { name: statement.name, text: text.leak() }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Statement = Statement { name: "test", text: "INSERT INTO t (a, b) VALUES ($1, $2)" };
    const UPSERT: Statement =
        Statement { name: "test of a tail", text: "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO NOTHING" };

    #[test]
    fn rows_follow_each_other() {
        assert_eq!(for_rows(&ONE, 1, 2), &ONE);
        let three = for_rows(&ONE, 3, 2);
        assert_eq!(three.text, "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4), ($5, $6)");
        assert!(std::ptr::eq(three, for_rows(&ONE, 3, 2)), "it is made once");
        assert_eq!(for_rows(&UPSERT, 2, 1).text, "INSERT INTO t (a) VALUES ($1), ($2) ON CONFLICT (a) DO NOTHING");
    }
}
