use keyloft::Entity;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes")]
struct KeyWithOptions {
    #[key(name = "id")]
    id: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes")]
struct SixKeys(#[key] u8, #[key] u8, #[key] u8, #[key] u8, #[key] u8, #[key] u8);

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes")]
struct SkippedKey {
    #[key]
    #[serde(skip)]
    id: u8,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
enum KeyOfAVariant {
    Note {
        #[key]
        id: u8,
    },
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
struct TwoTimes {
    #[expires]
    first: i64,
    #[expires]
    second: i64,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8, opaque)]
struct TimeBehindAFunction {
    #[serde(with = "as_text")]
    number: u8,
    #[expires]
    at: i64,
}

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
#[shape(as = u8)]
struct TimeOfAnotherType {
    #[expires]
    at: i64,
}

mod as_text {
    pub fn serialize<S: serde::Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        serde::Deserialize::deserialize(deserializer)
    }
}

fn main() {}
