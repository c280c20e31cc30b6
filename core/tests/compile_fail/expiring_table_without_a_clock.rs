use std::sync::Arc;

use keyloft::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Entity)]
#[table(name = "notes", key = u8)]
struct Note {
    #[expires]
    at: i64,
}

fn main() {
    let _ = Note::table(Arc::new(keyloft_memory::MemoryBackend::new()));
}
