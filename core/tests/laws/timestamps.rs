//! Timestamps as keys: their generators, their edges, and the bytes that all of them share.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use keyloft::StorageKey;
use proptest::prelude::*;
use proptest::sample::select;

use crate::hostile::Hostile;

/// Generates seconds and nanoseconds since the epoch: near it, near the ends of the calendars, and any.
fn instants() -> impl Strategy<Value = (i64, u32)> {
    let edges = [i64::MIN, -377_705_116_800, -62_167_219_200, -1, 0, 1, 59, 253_402_300_799, i64::MAX];
    let near = (select(edges.to_vec()), -2_i64..3).prop_map(|(edge, by)| edge.saturating_add(by));
    let seconds = prop_oneof![near, -400_000_000_000_i64..400_000_000_000, any::<i64>()];
    let nanoseconds =
        prop_oneof![select([0, 1, 100, 999_999_900, 999_999_999].as_slice()), 0_u32..1_000_000_000];
    (seconds, nanoseconds)
}

fn bytes_of(seconds: i64, nanoseconds: u32) -> Vec<u8> {
    (seconds, nanoseconds).encode().into_owned()
}

/// Generates the times of a type, which are those of the instants that it has.
fn times<K: StorageKey>() -> BoxedStrategy<K> {
    instants()
        .prop_filter_map("the type has no such time", |(seconds, nanoseconds)| {
            K::decode(&bytes_of(seconds, nanoseconds)).ok()
        })
        .boxed()
}

impl Hostile for SystemTime {
    fn hostile() -> BoxedStrategy<Self> {
        times()
    }
}

/// Checks that `time` has the bytes of this instant.
#[track_caller]
fn is_at<K: StorageKey>(time: &K, seconds: i64, nanoseconds: u32) {
    assert_eq!(*time.encode(), bytes_of(seconds, nanoseconds));
    assert_eq!(K::decode(&bytes_of(seconds, nanoseconds)).unwrap(), *time);
}

#[track_caller]
fn is_refused<K: StorageKey>(seconds: i64, nanoseconds: u32) {
    let error = K::decode(&bytes_of(seconds, nanoseconds)).unwrap_err();
    assert_eq!(error.code(), "InvalidKey");
    assert!(error.to_string().contains("the type has no such time"), "{error}");
}

#[test]
fn a_system_time_before_the_epoch_has_positive_nanoseconds() {
    is_at(&UNIX_EPOCH, 0, 0);
    is_at(&(UNIX_EPOCH + Duration::from_millis(1_500)), 1, 500_000_000);
    is_at(&(UNIX_EPOCH - Duration::from_millis(1_500)), -2, 500_000_000);
    is_at(&(UNIX_EPOCH - Duration::from_millis(500)), -1, 500_000_000);
    is_refused::<SystemTime>(0, 1_000_000_000);
    assert_eq!((UNIX_EPOCH - Duration::from_millis(500)).describe(), "-0.500000000 s since the Unix epoch");
}

#[cfg(unix)]
#[test]
fn the_ends_of_system_time_are_keys() {
    is_at(&(UNIX_EPOCH - Duration::new(1 << 63, 0)), i64::MIN, 0);
    is_at(&(UNIX_EPOCH + Duration::new((1 << 63) - 1, 999_999_999)), i64::MAX, 999_999_999);
}

#[cfg(feature = "chrono")]
mod of_chrono {
    use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeZone, Timelike, Utc};

    use super::*;

    type Time = DateTime<Utc>;

    /// The times of chrono include leap seconds, which have a second's nanoseconds and up to 10⁹ more.
    impl Hostile for Time {
        fn hostile() -> BoxedStrategy<Self> {
            let leap = (times::<Self>(), 1_000_000_000_u32..2_000_000_000).prop_map(|(time, nanoseconds)| {
                time.naive_utc().with_nanosecond(nanoseconds).unwrap().and_utc()
            });
            prop_oneof![3 => times(), 1 => leap].boxed()
        }
    }

    #[test]
    fn a_leap_second_follows_its_second() {
        let before = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap().and_hms_nano_opt(23, 59, 59, 999_999_999);
        let leap = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap().and_hms_nano_opt(23, 59, 59, 1_500_000_000);
        let after = NaiveDate::from_ymd_opt(2017, 1, 1).unwrap().and_hms_opt(0, 0, 0);
        let times = [before, leap, after].map(|time| time.unwrap().and_utc());
        is_at(&times[1], 1_483_228_799, 1_500_000_000);
        assert!(times.is_sorted_by(|a, b| a < b && a.encode() < b.encode()));
        is_refused::<Time>(0, 2_000_000_000);
    }

    #[test]
    fn a_leap_second_in_the_middle_of_a_minute_is_read_back() {
        let zone = FixedOffset::east_opt(1).unwrap();
        let local =
            NaiveDate::from_ymd_opt(2016, 12, 31).unwrap().and_hms_nano_opt(23, 59, 59, 1_500_000_000);
        let time = zone.from_local_datetime(&local.unwrap()).unwrap().to_utc();
        is_at(&time, 1_483_228_798, 1_500_000_000);
    }

    #[test]
    fn the_ends_of_the_calendar_are_keys() {
        for time in [Time::MIN_UTC, Time::MAX_UTC, NaiveDateTime::MIN.and_utc(), NaiveDateTime::MAX.and_utc()]
        {
            is_at(&time, time.timestamp(), time.timestamp_subsec_nanos());
        }
        is_refused::<Time>(Time::MAX_UTC.timestamp() + 1, 0);
    }
}

#[cfg(feature = "jiff")]
mod of_jiff {
    use jiff::Timestamp;

    use super::*;

    impl Hostile for Timestamp {
        fn hostile() -> BoxedStrategy<Self> {
            times()
        }
    }

    #[test]
    fn a_time_has_the_same_text_by_its_shape() {
        crate::law::holds(Timestamp::hostile(), |time| {
            let text = Timestamp::shape().describe(&time.encode());
            if text.starts_with('@') {
                prop_assert!(time < Timestamp::new(-62_167_219_200, 0).unwrap());
            } else {
                prop_assert_eq!(text, time.to_string());
            }
            Ok(())
        });
    }

    #[test]
    fn a_time_before_the_epoch_has_positive_nanoseconds() {
        is_at(&Timestamp::new(0, -500_000_000).unwrap(), -1, 500_000_000);
        is_at(&Timestamp::new(-1, -500_000_000).unwrap(), -2, 500_000_000);
        is_at(&Timestamp::new(1, 5).unwrap(), 1, 5);
        is_refused::<Timestamp>(0, 1_000_000_000);
    }

    #[test]
    fn the_ends_of_the_calendar_are_keys() {
        is_at(&Timestamp::MIN, Timestamp::MIN.as_second(), 0);
        is_at(&Timestamp::MAX, Timestamp::MAX.as_second(), 999_999_999);
        is_refused::<Timestamp>(Timestamp::MAX.as_second() + 1, 0);
        is_refused::<Timestamp>(i64::MIN, 0);
    }
}

#[cfg(feature = "time")]
mod of_time {
    use time::UtcDateTime;

    use super::*;

    impl Hostile for UtcDateTime {
        fn hostile() -> BoxedStrategy<Self> {
            times()
        }
    }

    #[test]
    fn a_time_before_the_epoch_has_positive_nanoseconds() {
        is_at(&UtcDateTime::from_unix_timestamp_nanos(-500_000_000).unwrap(), -1, 500_000_000);
        is_refused::<UtcDateTime>(0, 1_000_000_000);
    }

    #[test]
    fn the_ends_of_the_calendar_are_keys() {
        is_at(&UtcDateTime::MIN, UtcDateTime::MIN.unix_timestamp(), 0);
        is_at(&UtcDateTime::MAX, UtcDateTime::MAX.unix_timestamp(), 999_999_999);
        is_refused::<UtcDateTime>(UtcDateTime::MAX.unix_timestamp() + 1, 0);
        is_refused::<UtcDateTime>(i64::MAX, 0);
    }
}

#[cfg(all(feature = "chrono", feature = "jiff", feature = "time"))]
#[test]
fn the_same_instant_has_the_same_bytes_in_every_type() {
    crate::law::holds(instants(), |(seconds, nanoseconds)| {
        let bytes = bytes_of(seconds, nanoseconds);
        if let Ok(of_jiff) = jiff::Timestamp::decode(&bytes) {
            let since_epoch = of_jiff.as_nanosecond();
            let of_time = time::UtcDateTime::from_unix_timestamp_nanos(since_epoch).unwrap();
            prop_assert_eq!(&*of_time.encode(), bytes.as_slice());
            let of_chrono = chrono::DateTime::from_timestamp(seconds, nanoseconds).unwrap();
            prop_assert_eq!(&*of_chrono.encode(), bytes.as_slice());
            let whole = Duration::from_secs(seconds.unsigned_abs());
            let second = if seconds < 0 { UNIX_EPOCH - whole } else { UNIX_EPOCH + whole };
            let of_system = second + Duration::from_nanos(nanoseconds.into());
            prop_assert_eq!(&*of_system.encode(), bytes.as_slice());
        }
        Ok(())
    });
}
