//! Which car is meant by a PCID (I3): the 17 and the 18 character form of one PCID find each other where only one fits.

use opnc_messages::ids::Pcid;

/// Keeps, of the records with the stem of the PCID that was asked for, those of the car that is meant: the very PCID;
/// else the other form, unless there are two cars it could be.
pub(crate) fn meant<T>(asked: &Pcid, mut records: Vec<T>, pcid: impl Fn(&T) -> &Pcid) -> Vec<T> {
    if records.iter().any(|record| pcid(record) == asked) {
        records.retain(|record| pcid(record) == asked);
        return records;
    }
    records.retain(|record| pcid(record).is_twin_of(asked));
    let one_car = records.windows(2).all(|pair| match pair {
        [one, other] => pcid(one) == pcid(other),
        _ => true,
    });
    if one_car { records } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(asked: &str, stored: &[&str]) -> Vec<String> {
        let stored = stored.iter().map(|text| Pcid::parse(text).unwrap()).collect();
        let meant = meant(&Pcid::parse(asked).unwrap(), stored, |pcid| pcid);
        meant.iter().map(|pcid| pcid.key().to_owned()).collect()
    }

    #[test]
    fn the_very_pcid_comes_first() {
        assert_eq!(found("WAU1234567890123a", &["WAU1234567890123AX", "WAU1234567890123A"]), ["WAU1234567890123A"]);
        assert_eq!(found("WAU1234567890123AX", &["WAU1234567890123A", "WAU1234567890123AX"]), ["WAU1234567890123AX"]);
    }

    #[test]
    fn the_other_form_is_found_where_one_fits() {
        assert_eq!(found("WAU1234567890123A", &["WAU1234567890123AX"]), ["WAU1234567890123AX"]);
        assert_eq!(found("WAU1234567890123AX", &["WAU1234567890123A"]), ["WAU1234567890123A"]);
        // One car in two ISO versions is one car.
        assert_eq!(found("WAU1234567890123A", &["WAU1234567890123AX", "wau1234567890123ax"]).len(), 2);
    }

    #[test]
    fn nothing_is_guessed() {
        assert!(found("WAU1234567890123A", &["WAU1234567890123AX", "WAU1234567890123AY"]).is_empty());
        assert!(found("WAU1234567890123AZ", &["WAU1234567890123AX"]).is_empty());
        assert!(found("WAU1234567890123A", &[]).is_empty());
    }
}
