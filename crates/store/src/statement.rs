//! SQL texts with a name, and the one list of them.
//!
//! Every text is written once, in the subset of SQL that SQLite and PostgreSQL share: `$N` parameters, `ON CONFLICT`,
//! `RETURNING`, keyset paging, whole numbers of 64 bits (`CAST(… AS BIGINT)` where an expression would have another
//! width), no engine's own functions or types.

/// A SQL text and the name by which errors and traces call it.
#[derive(Debug, PartialEq, Eq)]
pub struct Statement {
    /// The path of its constant, which ends in `table::NAME`.
    pub name: &'static str,
    /// The text.
    pub text: &'static str,
}

/// Declares the statements of one table as constants, and `ALL` with each of them, so that none escapes the tests that
/// prepare every statement on every engine.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $text:expr;)+) => {
        $(
            $(#[$meta])*
            const $name: $crate::statement::Statement =
                $crate::statement::Statement { name: concat!(module_path!(), "::", stringify!($name)), text: $text };
        )+
        /// Every statement of this table.
        pub(crate) const ALL: &[&$crate::statement::Statement] = &[$(&$name),+];
    };
}
pub(crate) use statements;
