use keyloft::Entity;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
#[table(index(name = "length", by = Note::length, value = u32))]
struct Note {
    #[index]
    weight: f64,
    #[index(each)]
    number: u8,
    #[expires]
    at: u32,
}

impl Note {
    fn length(&self) -> usize {
        3
    }
}

fn main() {}
