use keyloft::Shape;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Shape)]
#[serde(from = "u16")]
struct FromAlone {
    number: u16,
}

#[derive(Serialize, Deserialize, Shape, Clone)]
#[serde(from = "u16", into = "u32")]
struct Different {
    number: u16,
}

impl From<u16> for FromAlone {
    fn from(number: u16) -> Self {
        Self { number }
    }
}

impl From<u16> for Different {
    fn from(number: u16) -> Self {
        Self { number }
    }
}

impl From<Different> for u32 {
    fn from(different: Different) -> Self {
        different.number.into()
    }
}

fn main() {}
