use keyloft::{Prefix, UserRowId};

fn main() {
    Prefix::<(UserRowId, u8)>::of("bob:1");
}
