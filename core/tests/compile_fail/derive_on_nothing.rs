#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, keyloft::StorageKey)]
struct Key;

fn main() {}
