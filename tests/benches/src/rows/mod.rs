//! The rows of the table, in sections that can be run alone.

mod bulk;
mod files;
mod fjall;
mod growth;
mod layers;
mod memory;
mod open;
mod peaks;
mod ranges;
mod reads;
mod sharing;
mod threads;
mod writes;

use keyloft::{UserId, UserName};

use crate::Results;
use crate::people::{Random, id, username};
use crate::settings::Settings;

type Section = fn(&Settings, &mut Results);

/// In the order of their turns.
pub(crate) const SECTIONS: &[(&str, Section)] = &[
    ("disk", reads::disk),
    ("million", reads::million),
    ("bulk", bulk::measure),
    ("fjall", fjall::measure),
    ("threads", threads::measure),
    ("ranges", ranges::measure),
    ("open", open::measure),
    ("memory", memory::measure),
    ("layers", layers::measure),
    ("sharing", sharing::measure),
    ("growth", growth::measure),
    ("files", files::measure),
    ("peaks", peaks::measure),
    ("ten-million", growth::ten_million),
];

/// Those that are measured only if they are asked for.
pub(crate) const BESIDE: &[&str] = &["sharing", "growth", "files", "peaks", "ten-million"];

/// How many users a batch is.
const BATCH: usize = 1000;

/// For each round, and the one before the first, the ids of `len` users out of `n`.
fn ids(rounds: usize, len: usize, n: usize) -> Vec<Vec<UserId>> {
    lots(rounds, len, n, id)
}

fn usernames(rounds: usize, len: usize, n: usize) -> Vec<Vec<UserName>> {
    lots(rounds, len, n, username)
}

fn lots<T>(rounds: usize, len: usize, n: usize, item: fn(usize) -> T) -> Vec<Vec<T>> {
    let mut random = Random::new(n);
    (0..=rounds).map(|_| random.numbers(len, n).into_iter().map(item).collect()).collect()
}
