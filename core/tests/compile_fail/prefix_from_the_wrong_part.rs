use keyloft::{TableName, UserRowId};

fn main() {
    UserRowId::prefix(&TableName::new("bob"));
}
