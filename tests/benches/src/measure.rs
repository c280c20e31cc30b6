//! Rounds: every subject in turn, and what their times say.

use std::time::{Duration, Instant};

use crate::lines::{Amount, Line};

/// A subject of a row: does `round`'s share of the work and says how long that took.
pub(crate) struct Subject<'a> {
    pub(crate) name: &'static str,
    pub(crate) work: Box<dyn FnMut(usize) -> Duration + 'a>,
}

/// A row of the table before it is measured.
pub(crate) struct Row<'a> {
    pub(crate) name: &'static str,
    /// How many entities the stores hold.
    pub(crate) n: usize,
    /// How many operations a round is.
    pub(crate) operations: usize,
    pub(crate) rounds: usize,
    /// What ours may cost, the baseline being 1.
    pub(crate) target: Target,
    /// The first is the baseline.
    pub(crate) subjects: Vec<Subject<'a>>,
}

/// What is to be reached by the subjects that are Keyloft.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    /// This ratio to the baseline.
    Ratio(f64),
    /// This much more than the baseline.
    More(Duration),
    /// Nothing in particular: for comparison.
    None,
}

/// A subject whose work changes nothing. Before the clock starts it does the share of another round: who had the turn
/// before has left nothing of it in the processor's caches, which is not how a store is used.
pub(crate) fn timed<'a>(name: &'static str, mut work: impl FnMut(usize) + 'a) -> Subject<'a> {
    let work = move |round: usize| {
        work(round.checked_sub(1).unwrap_or(1));
        let start = Instant::now();
        work(round);
        start.elapsed()
    };
    Subject { name, work: Box::new(work) }
}

/// A subject whose work is timed without what prepares it.
pub(crate) fn prepared<'a, T>(
    name: &'static str,
    mut prepare: impl FnMut(usize) -> T + 'a,
    mut work: impl FnMut(T) + 'a,
) -> Subject<'a> {
    let work = move |round| {
        let prepared = prepare(round);
        let start = Instant::now();
        work(prepared);
        start.elapsed()
    };
    Subject { name, work: Box::new(work) }
}

impl Row<'_> {
    /// Runs the rounds. In each the subjects take turns, another one being the first each time, so that what disturbs
    /// the machine disturbs all alike; the first round, which warms caches, does not count.
    pub(crate) fn measure(mut self) -> Vec<Line> {
        let count = self.subjects.len();
        let mut times = vec![Vec::with_capacity(self.rounds); count];
        for round in 0..=self.rounds {
            for turn in 0..count {
                let place = (round + turn) % count;
                let took = (self.subjects[place].work)(round).as_nanos() as f64 / self.operations as f64;
                if round > 0 {
                    times[place].push(took);
                }
            }
        }
        let baseline = self.subjects[0].name;
        let base = median(times[0].clone());
        let target = match self.target {
            Target::Ratio(ratio) => Some(ratio),
            Target::More(more) => Some((base + more.as_nanos() as f64) / base),
            Target::None => None,
        };
        let lines = self.subjects.iter().zip(&times).enumerate().map(|(place, (subject, own))| Line {
            row: self.name.to_owned(),
            n: self.n,
            subject: subject.name.to_owned(),
            baseline: baseline.to_owned(),
            amount: Amount::MedianNs(median(own.clone())),
            ratio: median(own.iter().zip(&times[0]).map(|(own, base)| own / base).collect()),
            target: target.filter(|_| place > 0 && subject.name.starts_with("keyloft")),
        });
        lines.collect()
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
