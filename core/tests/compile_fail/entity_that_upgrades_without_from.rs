use keyloft::Entity;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Entity)]
struct NoteV1(u8);

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8, version = 2, upgrades = NoteV1)]
struct Note(u8);

fn main() {}
