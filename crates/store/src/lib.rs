//! The database: everything that is kept, and the only SQL.
