#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, keyloft::StorageKey)]
#[storage_key(crates = "keyloft")]
struct Key(u8);

fn main() {}
