#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, keyloft::StorageKey)]
struct Key {
    left: Vec<u16>,
    right: u32,
}

fn main() {}
