//! Every key type, checked against every law.

use std::cmp::Reverse;

use keyloft::prelude::*;
use keyloft::{TotalF32, TotalF64};

use crate::derived::*;
use crate::law;

macro_rules! obey {
    ($($(#[$meta:meta])* $name:ident: $key:ty;)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)] // a primitive type needs none
            use super::*;

            #[test]
            fn round_trip() {
                law::round_trip::<$key>();
            }

            #[test]
            fn order() {
                law::order::<$key>();
            }

            #[test]
            fn order_of_parts() {
                law::order_of_parts::<$key>();
            }

            #[test]
            fn strictness() {
                law::strictness::<$key>();
            }

            #[test]
            fn shape() {
                law::shape::<$key>();
            }
        }
    )*};
}

obey! {
    user_id: UserId;
    namespace_id: NamespaceId;
    storage_id: StorageId;
    table_name: TableName;
    job_id: JobId;
    live_query_id: LiveQueryId;
    user_name: UserName;
    row_id: RowId;
    user_row_id: UserRowId;
    table_id: TableId;
    text: String;
    bytes: Vec<u8>;
    no_bytes: [u8; 0];
    one_byte: [u8; 1];
    four_bytes: [u8; 4];
    unsigned_8: u8;
    unsigned_16: u16;
    unsigned_32: u32;
    unsigned_64: u64;
    unsigned_128: u128;
    signed_8: i8;
    signed_16: i16;
    signed_32: i32;
    signed_64: i64;
    signed_128: i128;
    boolean: bool;
    unit: ();
    float_32: TotalF32;
    float_64: TotalF64;
    optional_unit: Option<()>;
    optional_number: Option<i64>;
    optional_text: Option<String>;
    optional_bytes: Option<Vec<u8>>;
    optional_pair: Option<(String, Vec<u8>)>;
    optional_twice: Option<Option<String>>;
    reverse_unit: Reverse<()>;
    reverse_number: Reverse<i16>;
    reverse_float: Reverse<TotalF32>;
    reverse_text: Reverse<String>;
    reverse_bytes: Reverse<Vec<u8>>;
    reverse_pair: Reverse<(String, Vec<u8>)>;
    reverse_twice: Reverse<Reverse<Vec<u8>>>;
    reverse_of_optional: Reverse<Option<String>>;
    optional_reverse: Option<Reverse<Vec<u8>>>;
    reverse_row_of_user: Reverse<UserRowId>;
    reverse_in_tuple: (Reverse<Vec<u8>>, Option<Vec<u8>>, Reverse<String>);
    optional_in_tuple: (Option<String>, (), Option<i16>, Option<Vec<u8>>);
    reverse_in_reversed_tuple: Reverse<(Option<Reverse<String>>, Vec<u8>)>;
    pair_of_texts: (String, String);
    pair_of_bytes: (Vec<u8>, Vec<u8>);
    text_then_number: (UserId, i64);
    number_then_text: (i16, JobId);
    triple: (String, bool, Vec<u8>);
    quadruple: (u8, String, i8, String);
    quintuple: (Vec<u8>, [u8; 2], String, u16, RowId);
    nested_left: ((String, Vec<u8>), String);
    nested_right: (String, (Vec<u8>, String));
    nested_deep: ((String, (u8, String)), ((String, bool), Vec<u8>));
    row_of_user_left: (UserRowId, TableId);
    row_of_user_between: (TableId, UserRowId, i32);
    row_of_user_in_pair: ((UserRowId, String), UserRowId);
    derived_text: DeviceId;
    derived_bytes: Blob;
    derived_number: Serial;
    derived_id: Login;
    derived_row_of_user: Mine;
    derived_tuple: Pair;
    derived_keyword: Named;
    derived_tuple_struct: Cell;
    derived_struct: Reading;
    derived_row_first: RowFirst;
    derived_row_last: RowLast;
    derived_row_between: RowBetween;
    derived_nested: Deep;
    derived_nested_last: ReadingLast;
    derived_names_of_the_derive: OfParts;
    derived_newest_first: NewestFirst;
    derived_enum: Color;
    derived_enum_with_numbers: Level;
    derived_enum_with_fields: Owner;
    derived_enum_in_struct: OwnedFirst;
    derived_enum_in_tuples: (Owner, Reverse<Owner>, Option<Color>);
    derived_in_tuples: (Reading, (Login, Serial));
}

obey! {
    system_time: std::time::SystemTime;
    system_time_in_tuple: (Reverse<std::time::SystemTime>, String);
    #[cfg(feature = "chrono")] time_of_chrono: chrono::DateTime<chrono::Utc>;
    #[cfg(feature = "chrono")] time_of_chrono_in_tuple: (Reverse<chrono::DateTime<chrono::Utc>>, String);
    #[cfg(feature = "jiff")] time_of_jiff: jiff::Timestamp;
    #[cfg(feature = "jiff")] time_of_jiff_in_tuple: (Option<jiff::Timestamp>, String);
    #[cfg(feature = "time")] time_of_time: time::UtcDateTime;
    #[cfg(feature = "time")] time_of_time_in_tuple: (Reverse<time::UtcDateTime>, String);
    #[cfg(feature = "uuid")] of_uuid: uuid::Uuid;
    #[cfg(feature = "uuid")] of_uuid_in_tuple: (Option<uuid::Uuid>, String);
}

#[test]
fn a_name_in_lower_case_stays_the_same() {
    law::holds(crate::hostile::text(), |name| {
        let lower = UserName::new(name).to_lowercase();
        proptest::prop_assert_eq!(lower.to_lowercase(), lower);
        Ok(())
    });
}
