//! [`Random`]: a generator with the same numbers for a seed on every target.

/// A `SplitMix64` generator, which can give the numbers of an input first.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    state: u64,
    input: Vec<u8>,
}

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed, input: Vec::new() }
    }

    /// Returns a generator that gives the bytes of an input, each as a number.
    pub(crate) fn from_input(input: &[u8]) -> Self {
        Self { state: 0, input: input.iter().rev().copied().collect() }
    }

    /// Returns `true` if the generator has no input left.
    pub(crate) fn is_used_up(&self) -> bool {
        self.input.is_empty()
    }

    /// Returns the generator of one part of a run, which is independent of the other parts.
    pub(crate) fn of(seed: u64, part: u64) -> Self {
        let mut of_seed = Self::new(seed);
        Self::new(of_seed.next() ^ part.wrapping_mul(0xD6E8_FEB8_6659_FD93))
    }

    pub(crate) fn next(&mut self) -> u64 {
        if let Some(byte) = self.input.pop() {
            return byte.into();
        }
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`, or 0 if that is 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or(0)
    }

    /// Returns an index below `end`, or 0 if that is 0.
    pub(crate) fn index(&mut self, end: usize) -> usize {
        usize::try_from(self.below(u64::try_from(end).unwrap_or(u64::MAX))).unwrap_or(0)
    }

    /// Returns a number below `end`, or 0 if that is 0.
    pub(crate) fn small(&mut self, end: u8) -> u8 {
        u8::try_from(self.below(u64::from(end))).unwrap_or(0)
    }

    /// Returns `true` in one of `of` cases.
    pub(crate) fn one_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    /// Returns one of the choices.
    pub(crate) fn choose<T: Copy, const N: usize>(&mut self, choices: [T; N]) -> T {
        const { assert!(N > 0, "there is no choice") };
        let index = self.index(N);
        choices.get(index).copied().unwrap_or(choices[0])
    }

    /// Puts the items in a random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            items.swap(place, self.index(place + 1));
        }
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len.div_ceil(8)).flat_map(|_| self.next().to_le_bytes()).take(len).collect()
    }
}
