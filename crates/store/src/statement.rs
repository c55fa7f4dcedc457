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

/// Ids that one statement names, as it is written.
pub(crate) const IDS: usize = 50;

/// As many ids as one statement names, before its other parameters.
macro_rules! ids {
    () => {
        "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
         $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40,
         $41, $42, $43, $44, $45, $46, $47, $48, $49, $50"
    };
}
pub(crate) use ids;
