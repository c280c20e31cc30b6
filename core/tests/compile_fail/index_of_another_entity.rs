use keyloft::prelude::*;

const LENGTH: UniqueIndex<String, u64> = UniqueIndex::new("length", |_| None);

fn find(people: &Table<UserId, u32>) {
    let _ = people.find(&LENGTH, &7);
}

fn main() {}
