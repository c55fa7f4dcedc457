//! The types of a root certificate, which the official file requires under one name and describes under another.

use crate::RootType;
use crate::fields::{Fields, Problem, wrong_kind};
use crate::values::{one_of, string};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeSet;

/// The types of a root: at least one, in their order.
///
/// Written as two members: `rootType` with the first type, which v1 clients read, and `rootTypeList` with all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootTypes(BTreeSet<RootType>);

impl RootTypes {
    /// The types, or `None` when there are none.
    pub fn new(types: impl IntoIterator<Item = RootType>) -> Option<Self> {
        let types: BTreeSet<_> = types.into_iter().collect();
        (!types.is_empty()).then_some(Self(types))
    }

    /// All types, in their order.
    pub fn iter(&self) -> impl Iterator<Item = RootType> {
        self.0.iter().copied()
    }

    /// Whether the root is the anchor of that kind of PKI.
    pub fn contains(&self, kind: RootType) -> bool {
        self.0.contains(&kind)
    }

    /// Reads `rootType`, a type or a list of types, and `rootTypeList`; what is in either counts.
    pub(super) fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let first = fields.optional(&["rootType"], one_or_many);
        let list = fields.optional(&["rootTypeList"], one_or_many);
        if first.is_none() && list.is_none() {
            // Where one is there and wrong, that problem is named already, and this one would be untrue.
            return fields.required(&["rootType", "rootTypeList"], one_or_many).and_then(Self::new);
        }
        let types = Self::new(first.into_iter().chain(list).flatten());
        if types.is_none() {
            fields.problem("rootTypeList", Problem::about("must have at least one type"));
        }
        types
    }
}

fn one_or_many(value: &Value) -> Result<Vec<RootType>, Problem> {
    match value {
        Value::String(_) => root_type(value).map(|kind| vec![kind]),
        Value::Array(entries) => entries.iter().map(root_type).collect(),
        _ => Err(wrong_kind("a string or a list of strings", value)),
    }
}

fn root_type(value: &Value) -> Result<RootType, Problem> {
    let text = string(value)?;
    RootType::parse(text).ok_or_else(|| one_of(&RootType::ALL.map(RootType::as_str), text))
}

impl Serialize for RootTypes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(Some(2))?;
        members.serialize_entry("rootType", &self.0.first())?;
        members.serialize_entry("rootTypeList", &self.0)?;
        members.end()
    }
}
