use keyloft::{TableId, UserRowId};

fn bytes(_: impl AsRef<[u8]>) {}

fn main() {
    bytes(UserRowId::from_strings("user", "row"));
    bytes(TableId::from_strings("app", "notes"));
}
