//! Many rows by few statements: what costs time is to hand a statement over and to hear back, not the rows in it.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::statement::{IDS, Statement, ids};
use crate::value::Value;
use crate::{Reader, StoreError};

/// The most rows of one statement for an engine in this process, and a power of two like all sizes: the engines keep prepared
/// statements by their text.
const MOST: usize = 64;
/// The same for one that each statement has to be sent to.
const MOST_SENT: usize = 256;
/// The ids of one statement, where there are many.
const MANY_IDS: usize = 250;
/// What an INSERT of one row ends with.
const VALUES: &str = "VALUES (";

/// How a statement for many rows is written.
///
/// PostgreSQL knows parameters by number; to SQLite a number is a name, which it looks for among all others each time it is
/// bound, so that they go without. And SQLite keeps a copy of each page that such a statement changes, to take back the rows
/// before one that fails; but no transaction is committed here after a statement that failed ([`Reader::failure`]), so that
/// they may stay until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Parameters {
    Numbered,
    Plain,
}

/// The statements for several rows that were made. There are few: one for each size and each INSERT that is used so.
static MADE: LazyLock<Mutex<HashMap<Key, &'static Statement>>> = LazyLock::new(Mutex::default);

/// The name of the statement for one row, how many rows, and how their parameters are written.
type Key = (&'static str, usize, Parameters);

impl Reader {
    /// Runs an INSERT of one row, whose VALUES are its parameters and nothing else, for all these rows;
    /// how many it has inserted.
    pub(crate) async fn insert_all<const WIDTH: usize>(
        &mut self,
        statement: &'static Statement,
        rows: impl IntoIterator<Item = [Value; WIDTH]>,
    ) -> Result<u64, StoreError> {
        let mut rows: Vec<_> = rows.into_iter().collect();
        let mut inserted = 0;
        let (parameters, most) =
            if self.is_sqlite() { (Parameters::Plain, MOST) } else { (Parameters::Numbered, MOST_SENT) };
        while !rows.is_empty() {
            let size = 1 << rows.len().min(most).ilog2();
            let rest = rows.split_off(size);
            let statement = for_rows(statement, size, WIDTH, parameters);
            inserted += self.execute(statement, rows.into_iter().flatten()).await?;
            rows = rest;
        }
        Ok(inserted)
    }

    /// A statement that names ids (or other keys) and the values for it, as often as it takes for all of them. What is missing
    /// to a whole one is its last key again.
    pub(crate) fn by_ids<K: Clone + Into<Value>, const N: usize>(
        &mut self,
        statement: &'static Statement,
        keys: &[K],
        others: [Value; N],
    ) -> Vec<(&'static Statement, Vec<Value>)> {
        let is_sqlite = self.is_sqlite();
        let mut statements = Vec::new();
        let mut rest = keys;
        while !rest.is_empty() {
            // SQLite looks for a number among all others.
            let many = !is_sqlite && rest.len() > 2 * IDS;
            let (size, statement) = if many { (MANY_IDS, for_many_ids(statement)) } else { (IDS, statement) };
            let (some, later) = rest.split_at(size.min(rest.len()));
            let padded = some.iter().chain(some.last().into_iter().cycle()).take(size);
            statements.push((statement, padded.map(|key| key.clone().into()).chain(others.clone()).collect()));
            rest = later;
        }
        statements
    }
}

/// The same statement for many ids.
fn for_many_ids(statement: &'static Statement) -> &'static Statement {
    let Some((head, tail)) = statement.text.split_once(ids!()) else { return statement };
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry((statement.name, MANY_IDS, Parameters::Numbered)).or_insert_with(|| {
        // The other parameters come behind the ids.
        let renumbered = |text: &str| {
            (1..=9).fold(text.to_owned(), |text, number| {
                text.replace(&format!("${}", IDS + number), &format!("${}", MANY_IDS + number))
            })
        };
        let ids = (1..=MANY_IDS).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
        let text = format!("{}{ids}{}", renumbered(head), renumbered(tail));
        Box::leak(Box::new(Statement { name: statement.name, text: text.leak() }))
    })
}

/// The same statement for `size` rows.
fn for_rows(statement: &'static Statement, size: usize, width: usize, parameters: Parameters) -> &'static Statement {
    let Some((head, row)) = statement.text.rsplit_once(VALUES).filter(|_| size > 1) else { return statement };
    let tail = row.split_once(')').map_or("", |(_, tail)| tail);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry((statement.name, size, parameters)).or_insert_with(|| {
        let one = |row: usize| {
            let written = (1..=width).map(|column| match parameters {
                Parameters::Numbered => format!("${}", row * width + column),
                Parameters::Plain => "?".to_owned(),
            });
            format!("({})", written.collect::<Vec<_>>().join(", "))
        };
        let rows = (0..size).map(one).collect::<Vec<_>>();
        let head = match parameters {
            Parameters::Numbered => head.to_owned(),
            Parameters::Plain => head.replacen("INSERT INTO", "INSERT OR FAIL INTO", 1),
        };
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
    fn other_parameters_follow_the_ids() {
        const FEW: Statement = Statement {
            name: "test of ids",
            text: concat!("UPDATE t SET a = $52 WHERE b = $51 AND id IN (", ids!(), ") RETURNING $51"),
        };
        let many = for_many_ids(&FEW).text;
        assert!(many.starts_with("UPDATE t SET a = $252 WHERE b = $251 AND id IN ($1, $2, "), "{many}");
        assert!(many.ends_with(", $249, $250) RETURNING $251"), "{many}");
        assert!(std::ptr::eq(for_many_ids(&FEW), for_many_ids(&FEW)), "it is made once");
    }

    #[test]
    fn rows_follow_each_other() {
        use Parameters::{Numbered, Plain};
        assert_eq!(for_rows(&ONE, 1, 2, Plain), &ONE);
        let three = for_rows(&ONE, 3, 2, Numbered);
        assert_eq!(three.text, "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4), ($5, $6)");
        assert!(std::ptr::eq(three, for_rows(&ONE, 3, 2, Numbered)), "it is made once");
        assert_eq!(for_rows(&ONE, 2, 2, Plain).text, "INSERT OR FAIL INTO t (a, b) VALUES (?, ?), (?, ?)");
        assert_eq!(
            for_rows(&UPSERT, 2, 1, Numbered).text,
            "INSERT INTO t (a) VALUES ($1), ($2) ON CONFLICT (a) DO NOTHING"
        );
    }
}
