use keyloft::Shape;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Shape)]
struct Inner {
    number: u8,
}

#[derive(Serialize, Deserialize, Shape)]
struct Flat {
    #[serde(flatten)]
    inner: Inner,
}

#[derive(Serialize, Deserialize, Shape)]
#[serde(tag = "kind")]
struct Tagged {
    number: u8,
}

#[derive(Serialize, Deserialize, Shape)]
#[serde(tag = "kind", content = "value")]
enum Adjacent {
    Number(u8),
}

#[derive(Serialize, Deserialize, Shape)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
}

#[derive(Serialize, Deserialize, Shape)]
enum OneUntagged {
    Number(u8),
    #[serde(untagged)]
    Text(String),
}

#[derive(Deserialize, Shape)]
#[serde(variant_identifier)]
enum Identifier {
    Number,
}

fn main() {}
