use keyloft::Shape;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Shape)]
struct LeftOutOfSome {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
}

#[derive(Serialize, Deserialize, Shape)]
struct LeftOutOfWrites {
    #[serde(skip_serializing, default)]
    tags: Vec<String>,
}

#[derive(Serialize, Deserialize, Shape)]
struct LeftOutOfReads {
    #[serde(skip_deserializing)]
    tags: Vec<String>,
}

#[derive(Serialize, Deserialize, Shape)]
enum InAVariant {
    Tagged {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tags: Vec<String>,
    },
}

fn main() {}
