//! The workload: users of 128 bytes, and which of them a round takes.

use keyloft::{AuthType, Role, User, UserId, UserName};

/// How many users share a prefix.
pub(crate) const GROUP: usize = 100;

/// The key of user number `i`: `u00042-17`, a hundred of them to a prefix.
pub(crate) fn id(i: usize) -> UserId {
    UserId::new(format!("{}{:02}", prefix(i / GROUP), i % GROUP))
}

/// How the keys of a group begin.
pub(crate) fn prefix(group: usize) -> String {
    format!("u{group:06}-")
}

/// The name of user number `i`, which has another order than the keys.
pub(crate) fn username(i: usize) -> UserName {
    UserName::new(format!("{:08x}", i.wrapping_mul(0x9E37_79B1) & 0xFFFF_FFFF))
}

/// User number `i`: 128 bytes in postcard.
pub(crate) fn user(i: usize) -> User {
    User {
        password_hash: format!("$argon2id$v=19$m=19456$c2FsdHNhbHRzYWx0$ZGlnZX${i:013}"),
        email: Some(format!("{i:07}@mail.example")),
        auth_type: AuthType::Password,
        last_seen: Some(1_764_000_000_000),
        ..User::new(id(i), username(i), Role::User, 1_763_000_000_000)
    }
}

/// User number `i`, with a kilobyte of text.
pub(crate) fn large_user(i: usize) -> User {
    User { password_hash: format!("{i:0900}"), ..user(i) }
}

/// Users by their numbers.
pub(crate) fn users(numbers: impl IntoIterator<Item = usize>) -> Vec<User> {
    numbers.into_iter().map(user).collect()
}

/// The numbers from `start` on, `len` of them, in an order that is no order.
pub(crate) fn shuffled(start: usize, len: usize) -> Vec<usize> {
    let mut numbers: Vec<usize> = (start..start + len).collect();
    let mut random = Random::new(start + len);
    for i in (1..len).rev() {
        numbers.swap(i, random.below(i + 1));
    }
    numbers
}

/// Numbers that are the same in every run: xorshift.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: usize) -> Self {
        Self((seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((u128::from(self.0) * bound as u128) >> 64) as usize
    }

    pub(crate) fn numbers(&mut self, len: usize, below: usize) -> Vec<usize> {
        (0..len).map(|_| self.below(below)).collect()
    }
}
