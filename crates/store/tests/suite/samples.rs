//! Rows to write: each has a different value in every field, so that a mix-up of columns shows.

use jiff::{SignedDuration, Timestamp};
use opnc_messages::ids::{Emaid, Fingerprint, Pcid, SubjectKeyId};
use opnc_messages::{IsoVersion, Role, RootType};
use opnc_store::certificates::CaCertificate;
use opnc_store::contracts::Contract;
use opnc_store::parties::{Party, PartyStatus};
use opnc_store::provisioning::Provisioning;
use opnc_store::roots::Root;
use uuid::Uuid;

/// 2026-01-01 and this many days, with microseconds that must not be lost.
pub(crate) fn day(days: i64) -> Timestamp {
    "2026-01-01T00:00:00.123456Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24 * days)
}

pub(crate) fn id(number: u8) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

pub(crate) fn print(byte: u8) -> Fingerprint {
    Fingerprint::from([byte; 32])
}

pub(crate) fn pcid(text: &str) -> Pcid {
    Pcid::parse(text).unwrap()
}

pub(crate) fn emaid(text: &str) -> Emaid {
    Emaid::parse(text).unwrap()
}

pub(crate) fn ca(byte: u8) -> CaCertificate {
    CaCertificate { fingerprint: print(byte), der: vec![byte; 5] }
}

pub(crate) fn party(number: u8) -> Party {
    Party {
        id: id(number),
        name: format!("Party {number}"),
        role: Role::EmspNoPki,
        status: PartyStatus::Active,
        created_at: day(i64::from(number)),
    }
}

pub(crate) fn root(number: u8) -> Root {
    Root {
        id: id(number),
        fingerprint: print(number),
        types: vec![RootType::V2g, RootType::Oem],
        ctl_list: vec!["European CTL".into(), "American CTL".into()],
        der: vec![number, 1],
        certificate_revocation_list: Some("crl".into()),
        cross_certificate_pair: Some("cross".into()),
        labeled_uri: Some("uri".into()),
        not_after: day(1000 + i64::from(number)),
        created_at: day(i64::from(number)),
    }
}

pub(crate) fn provisioning(pcid_text: &str, iso: IsoVersion) -> Provisioning {
    Provisioning {
        pcid: pcid(pcid_text),
        iso,
        public_key_hash: [9; 32],
        leaf: vec![1, 2, 3],
        sub_ca1: ca(0xa1),
        sub_ca2: Some(ca(0xa2)),
        root_fingerprint: print(0xa3),
        v2g_root_akis: vec![SubjectKeyId::parse("4b:45:ff:82:25:fc:10:96").unwrap()],
        previous_pcid: Some(pcid("WAUPREVIOUS000001")),
        metadata: Some("about a car".into()),
        party_id: id(77),
        not_before: day(1),
        not_after: day(2000),
        created_at: day(3),
        updated_at: day(4),
    }
}

/// Contract data stored on the day of its number, valid from day 0 for a year.
pub(crate) fn contract(number: u8, emaid_text: &str, pcid_text: &str) -> Contract {
    let stored = day(i64::from(number));
    Contract {
        id: id(number),
        emaid: emaid(emaid_text),
        pcid: pcid(pcid_text),
        iso: IsoVersion::Iso2,
        cps_root: print(0xc1),
        leaf_fingerprint: print(number),
        leaf: vec![4, 5, 6],
        not_before: day(0),
        not_after: day(365),
        cps_not_after: day(500),
        message: b"the whole message".to_vec(),
        metadata: Some("about a contract".into()),
        subscription_url: Some("https://example.org/never-fetched".into()),
        provisioning_key_hash: [8; 32],
        provisioning_chain: Some(vec![print(0xa1), print(0xa2)]),
        own_ca: true,
        party_id: id(78),
        created_at: stored,
        updated_at: stored,
        delivered_at: None,
        is_default: false,
    }
}
