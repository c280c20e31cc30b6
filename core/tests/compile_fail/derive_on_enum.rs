#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, keyloft::StorageKey)]
enum Key {
    Number(u32),
    Text(String),
}

fn main() {}
