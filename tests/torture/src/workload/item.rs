//! [`Item`]: an entity with a unique index, an index, and an index over elements.

use keyloft::Entity;
use serde::{Deserialize, Serialize};

use crate::random::Random;

/// The values of the index over elements.
pub(crate) const TAGS: u8 = 6;
/// The values of the index that isn't unique, with bytes that a wrong encoding confuses.
pub(crate) const GROUPS: [&str; 4] = ["", "\0", "\0\u{ff}", "group"];
/// The ids of one writer.
const IDS: u32 = 24;
/// The unique codes of one writer, so few that many are taken.
const CODES: u32 = 10;

/// The key of a note.
pub(crate) type NoteKey = (String, u32);

/// An entity with a unique index, an index, and an index over elements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Entity)]
#[table(name = "items")]
pub(crate) struct Item {
    #[key]
    pub(crate) id: u32,
    #[unique]
    pub(crate) code: Option<u32>,
    #[index]
    pub(crate) group: String,
    #[index(each)]
    pub(crate) tags: Vec<u8>,
    pub(crate) body: Vec<u8>,
}

impl Item {
    /// Returns an item of the writer. Writers have different ids and codes, so they never disturb each other.
    pub(crate) fn any(random: &mut Random, writer: u8) -> Self {
        let code = random.one_in(2).then(|| u32::from(writer) * CODES + of(random, CODES));
        Self {
            id: Self::any_id(random, writer),
            code,
            group: Self::any_group(random),
            tags: Self::any_tags(random),
            body: any_bytes(random),
        }
    }

    /// Returns an id of the writer.
    pub(crate) fn any_id(random: &mut Random, writer: u8) -> u32 {
        u32::from(writer) * IDS + of(random, IDS)
    }

    pub(crate) fn any_group(random: &mut Random) -> String {
        random.choose(GROUPS).to_owned()
    }

    /// Returns some tags, which may repeat.
    pub(crate) fn any_tags(random: &mut Random) -> Vec<u8> {
        (0..random.below(4)).map(|_| random.small(TAGS)).collect()
    }
}

/// Returns the key of a note of the writer.
pub(crate) fn any_note(random: &mut Random, writer: u8) -> NoteKey {
    (any_name(random, writer), of(random, 6))
}

/// Returns the first part of such a key.
pub(crate) fn any_name(random: &mut Random, writer: u8) -> String {
    format!("{writer}/{}", random.choose(["", "a", "ab", "\0"]))
}

/// Returns a payload: mostly a few bytes, sometimes some pages, rarely a large value.
pub(crate) fn any_bytes(random: &mut Random) -> Vec<u8> {
    let len = match random.below(60) {
        0 => random.index(80_000),
        1..8 => random.index(9_000),
        _ => random.index(200),
    };
    random.bytes(len)
}

fn of(random: &mut Random, end: u32) -> u32 {
    u32::try_from(random.below(u64::from(end))).unwrap_or(0)
}
