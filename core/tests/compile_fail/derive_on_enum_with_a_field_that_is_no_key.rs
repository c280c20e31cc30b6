#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, keyloft::StorageKey)]
enum Key {
    Number(usize),
}

fn main() {}
