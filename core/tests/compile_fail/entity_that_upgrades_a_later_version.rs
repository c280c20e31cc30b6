use keyloft::Entity;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Entity)]
#[table(version = 3)]
struct NoteV3(u8);

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8, version = 2, upgrades = NoteV3)]
struct Note(u8);

impl From<NoteV3> for Note {
    fn from(NoteV3(number): NoteV3) -> Self {
        Self(number)
    }
}

fn main() {}
