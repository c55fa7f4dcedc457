//! Pages of a list, from an open change request to OPNC v1.

use crate::fields::{Body, Fields, Problems};
use crate::schema::{Described, Kind, Member, Schema};
use crate::values;
use serde::Serialize;

/// Which page a caller wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    page: u64,
    page_size: u64,
}

/// Which page an answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// The page, counted from 1.
    pub page: u64,
    /// Entries on a full page.
    pub page_size: u64,
    /// Pages there are.
    pub total_pages: u64,
    /// Entries there are on all pages.
    pub total_items: u64,
}

impl PageRequest {
    /// The most entries that a page can have, and how many it has when only a page is asked for.
    pub const MAX_SIZE: u64 = 100;

    /// A page, counted from 1, of 1 to 100 entries. `None` when either is out of range.
    pub fn new(page: u64, page_size: u64) -> Option<Self> {
        (page >= 1 && (1..=Self::MAX_SIZE).contains(&page_size)).then_some(Self { page, page_size })
    }

    /// Reads the query parameters `page` and `pageSize`. Without either the whole list is wanted, as in v1.
    ///
    /// # Errors
    /// Every parameter that is no number in its range.
    pub fn parse(page: Option<&str>, page_size: Option<&str>) -> Result<Option<Self>, Problems> {
        if page.is_none() && page_size.is_none() {
            return Ok(None);
        }
        let mut problems = Problems::new();
        let page = page.map_or(Some(1), |text| text.parse().ok().filter(|page| *page >= 1));
        if page.is_none() {
            problems.push("page : must be a whole number from 1".to_owned());
        }
        let sizes = 1..=Self::MAX_SIZE;
        let page_size =
            page_size.map_or(Some(Self::MAX_SIZE), |text| text.parse().ok().filter(|size| sizes.contains(size)));
        if page_size.is_none() {
            problems.push("pageSize : must be a whole number from 1 to 100".to_owned());
        }
        match (page, page_size) {
            (Some(page), Some(page_size)) => Ok(Some(Self { page, page_size })),
            _ => Err(problems),
        }
    }

    /// The page, counted from 1.
    pub fn page(self) -> u64 {
        self.page
    }

    /// Entries on a full page.
    pub fn page_size(self) -> u64 {
        self.page_size
    }

    /// The entries of this page, out of all, and what to tell the caller of it. A page behind the last is empty.
    pub fn apply<T>(self, all: Vec<T>) -> (Vec<T>, Pagination) {
        let total_items = all.len() as u64;
        let skipped = (self.page - 1).saturating_mul(self.page_size).min(total_items);
        let pagination = Pagination {
            page: self.page,
            page_size: self.page_size,
            total_pages: total_items.div_ceil(self.page_size),
            total_items,
        };
        let entries = all.into_iter().skip(skipped as usize).take(self.page_size as usize).collect();
        (entries, pagination)
    }
}

impl Body for Pagination {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let page = fields.required(&["page"], values::count);
        let page_size = fields.required(&["pageSize"], values::count);
        let total_pages = fields.required(&["totalPages"], values::count);
        let total_items = fields.required(&["totalItems"], values::count);
        Some(Self { page: page?, page_size: page_size?, total_pages: total_pages?, total_items: total_items? })
    }
}

impl Described for Pagination {
    const SCHEMA: &'static Schema = &Schema {
        name: "Pagination",
        about: "Which page of a list an answer holds.",
        members: &[
            Member::required("page", Kind::Count).about("The page, counted from 1."),
            Member::required("pageSize", Kind::Count).about("Entries on a full page."),
            Member::required("totalPages", Kind::Count).about("Pages there are."),
            Member::required("totalItems", Kind::Count).about("Entries on all pages."),
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn request(page: Option<&str>, page_size: Option<&str>) -> PageRequest {
        PageRequest::parse(page, page_size).unwrap().unwrap()
    }

    /// P9: without parameters the whole list, with them a page.
    #[test]
    fn pages() {
        assert_eq!(PageRequest::parse(None, None).unwrap(), None);
        assert_eq!(request(Some("2"), None), PageRequest::new(2, 100).unwrap());
        let all: Vec<u32> = (0..25).collect();
        let (entries, pagination) = request(Some("3"), Some("10")).apply(all.clone());
        assert_eq!(entries, [20, 21, 22, 23, 24]);
        assert_eq!(
            serde_json::to_value(pagination).unwrap(),
            json!({"page": 3, "pageSize": 10, "totalPages": 3, "totalItems": 25})
        );
        assert_eq!(request(None, Some("20")).apply(all.clone()).0.len(), 20);
        assert!(request(Some("4"), Some("10")).apply(all.clone()).0.is_empty());
        assert!(request(Some(&u64::MAX.to_string()), Some("100")).apply(all).0.is_empty());
        assert_eq!(request(Some("1"), Some("5")).apply(Vec::<u8>::new()).1.total_pages, 0);
    }

    #[test]
    fn out_of_range() {
        for wrong in ["0", "-1", "", "x", "1.5", "99999999999999999999999", "１"] {
            assert!(PageRequest::parse(Some(wrong), None).is_err(), "{wrong}");
        }
        for wrong in ["0", "101", "-1", ""] {
            assert!(PageRequest::parse(None, Some(wrong)).is_err(), "{wrong}");
        }
        assert_eq!(PageRequest::parse(Some("0"), Some("101")).unwrap_err().len(), 2);
        assert_eq!((PageRequest::new(0, 1), PageRequest::new(1, 101)), (None, None));
    }
}
