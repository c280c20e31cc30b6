use keyloft::Shape;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Shape)]
enum Before {
    First,
    #[serde(skip)]
    Second,
    Third,
}

#[derive(Serialize, Deserialize, Shape)]
enum Unread {
    First,
    #[serde(skip_deserializing)]
    Second,
}

#[derive(Serialize, Deserialize, Shape)]
enum Other {
    First,
    #[serde(other)]
    Second,
}

fn main() {}
