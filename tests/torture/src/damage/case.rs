//! [`Case`]: one damaged image of a file.

use std::ops::Range;
use std::sync::Arc;

use keyloft_redb::Durability;

use crate::failure::Outcome;
use crate::history::History;
use crate::power::options;
use crate::random::Random;
use crate::storage::Disk;
use crate::workload::{Event, LINES, Moved, Tables};

const PAGE: usize = 4096;
/// The events of the scenario.
const EVENTS: u64 = 60;

/// A closed file, an older image of it, and the states that it went through.
pub(super) struct Original {
    pub(super) history: History,
    newest: Vec<u8>,
    older: Vec<u8>,
}

/// One damaged image of a file.
pub(super) struct Case {
    /// The kind of damage, in a word.
    pub(super) damage: &'static str,
    pub(super) image: Vec<u8>,
}

impl Original {
    /// Runs a scenario, and closes the file.
    pub(super) fn of(seed: u64) -> Outcome<Self> {
        let history = History::of(seed, EVENTS)?;
        let (middle, disk) = (history.events.len() / 2, Disk::holding(Vec::new()));
        let (before, after) = history.events.split_at_checked(middle).unwrap_or((&history.events, &[]));
        let run = |events: &[Event]| -> Outcome<Vec<u8>> {
            let redb = Arc::new(options(Durability::Immediate).with_storage(disk.clone())?);
            let tables = Tables::of(redb.clone());
            if disk.is_new() {
                Moved::fill(&tables.backend, LINES)?;
            }
            for event in events {
                event.carry_out(seed, &tables)?;
            }
            redb.close()?;
            Ok(disk.bytes())
        };
        let (older, newest) = (run(before)?, run(after)?);
        Ok(Self { history, newest, older })
    }

    /// Returns the damaged image with this number.
    pub(super) fn case(&self, number: u64) -> Case {
        let mut random = Random::of(self.history.seed, 1_000 + number);
        let mut image = self.newest.clone();
        let page = self.page(&mut random);
        let damage = match random.below(7) {
            0 => {
                flip(&mut image, random.index(320), &mut random);
                "a flipped bit in the header"
            }
            1 | 2 => {
                flip(&mut image, page.start + random.index(PAGE), &mut random);
                "a flipped bit"
            }
            3 => {
                fill(&mut image, page, &[]);
                "a zeroed page"
            }
            4 => {
                let cut = page.start + PAGE / 8 * (1 + random.index(7));
                let torn = if random.one_in(2) { page.start..cut } else { cut..page.end };
                let old = self.older.get(torn.clone()).unwrap_or_default();
                fill(&mut image, torn, old);
                "a page torn with an older one"
            }
            5 => {
                let old = self.older.get(page.clone()).unwrap_or_default();
                fill(&mut image, page, old);
                "an older page"
            }
            _ => {
                let other = self.page(&mut random);
                let (one, two) = (self.bytes(&page).to_vec(), self.bytes(&other).to_vec());
                fill(&mut image, page, &two);
                fill(&mut image, other, &one);
                "two swapped pages"
            }
        };
        Case { damage, image }
    }

    /// Returns the place of a page that is not empty.
    fn page(&self, random: &mut Random) -> Range<usize> {
        let pages = self.newest.len() / PAGE;
        let any = random.index(pages);
        let is_used =
            |page: &usize| self.bytes(&(page * PAGE..(page + 1) * PAGE)).iter().any(|byte| *byte != 0);
        let page = (any..pages).chain(0..any).find(is_used).unwrap_or(any);
        page * PAGE..(page + 1) * PAGE
    }

    fn bytes(&self, range: &Range<usize>) -> &[u8] {
        self.newest.get(range.clone()).unwrap_or_default()
    }
}

fn flip(image: &mut [u8], place: usize, random: &mut Random) {
    if let Some(byte) = image.get_mut(place) {
        *byte ^= 1 << random.below(8);
    }
}

/// Replaces bytes, and fills up with zeros.
fn fill(image: &mut [u8], range: Range<usize>, with: &[u8]) {
    if let Some(place) = image.get_mut(range) {
        let with = with.iter().copied().chain(std::iter::repeat(0));
        place.iter_mut().zip(with).for_each(|(byte, with)| *byte = with);
    }
}
