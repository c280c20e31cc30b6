//! A database moves from a file to the server and back, and is the same.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::transfer::{digest, export, import};
use keyloft_postgres::PostgresBackend;
use keyloft_redb::RedbBackend;
use serde::{Deserialize, Serialize};

use crate::cluster::Cluster;

#[derive(Serialize, Deserialize, Entity, Clone, Debug, PartialEq)]
#[table(name = "notes")]
struct Note {
    #[key]
    id: u32,
    #[unique]
    slug: String,
    #[index(each)]
    tags: Vec<String>,
    text: String,
}

fn note(id: u32) -> Note {
    let text = "text".repeat(usize::try_from(id % 700).unwrap());
    Note { id, slug: format!("note-{id}"), tags: vec![format!("tag{}", id % 7), "all".into()], text }
}

pub(crate) fn from_a_file_and_back_keep_the_digest(cluster: &Arc<Cluster>) {
    let file: Arc<dyn StorageBackend> = Arc::new(RedbBackend::in_memory().unwrap());
    Note::table(file.clone()).load((0..3_000).map(|id| (id, note(id)))).unwrap();
    // A value that a page leaves out, a long key and a long name.
    let large = Table::<Vec<u8>, Vec<u8>>::new(file.clone(), "n".repeat(400));
    large.put(&vec![7; 1_500], &vec![1; 3 << 20]).unwrap();
    large.put(&vec![7; 1_501], &vec![2; 5]).unwrap();

    let server: Arc<PostgresBackend> = Arc::new(cluster.options().open().unwrap());
    let mut stream = Vec::new();
    let sent = export(&*file, &mut stream).unwrap();
    let received = import(&*server, || Ok(stream.as_slice())).unwrap();
    assert_eq!(sent, received);
    assert_eq!(digest(&*file).unwrap(), digest(&*server).unwrap());

    // The tables work there, with their indexes and rules.
    let notes = Note::table(server.clone());
    assert_eq!(notes.find(&Note::SLUG, "note-2999").unwrap(), Some((2_999, note(2_999))));
    assert_eq!(notes.find_all(&Note::TAGS, "tag3").unwrap().len(), 429);
    assert_eq!(notes.insert(&3_001, &Note { id: 3_001, ..note(1) }).unwrap_err().code(), "UniqueViolation");
    assert_eq!(notes.verify().unwrap(), []);
    notes.save(&note(3_000)).unwrap();

    let back: Arc<dyn StorageBackend> = Arc::new(RedbBackend::in_memory().unwrap());
    let mut stream = Vec::new();
    export(&*server, &mut stream).unwrap();
    import(&*back, || Ok(stream.as_slice())).unwrap();
    assert_eq!(digest(&*back).unwrap(), digest(&*server).unwrap());
    assert_eq!(Note::table(back).get(&3_000).unwrap(), Some(note(3_000)));
}
