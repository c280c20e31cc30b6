use keyloft::prelude::*;

fn scan(rows: &Table<UserRowId, u32>) {
    let _ = rows.scan_prefix(&UserId::prefix("bob"));
}

fn main() {}
