use keyloft::{UserId, UserName};

fn greet(_: &UserName) {}

fn main() {
    greet(&UserId::new("alice"));
}
