use std::sync::Arc;

use keyloft::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
struct Note(u8);

fn main() {
    let notes = Note::table(Arc::new(keyloft_memory::MemoryBackend::new()));
    notes.save(&Note(7)).unwrap();
}
