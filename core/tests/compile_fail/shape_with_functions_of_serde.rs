use keyloft::Shape;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod as_text {
    use super::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        u8::deserialize(deserializer)
    }
}

#[derive(Serialize, Deserialize, Shape)]
struct With {
    #[serde(with = "as_text")]
    number: u8,
}

#[derive(Serialize, Deserialize, Shape)]
struct SerializeWith {
    #[serde(serialize_with = "as_text::serialize")]
    number: u8,
}

#[derive(Serialize, Deserialize, Shape)]
enum OfVariant {
    #[serde(with = "as_text")]
    Number(u8),
}

fn main() {}
