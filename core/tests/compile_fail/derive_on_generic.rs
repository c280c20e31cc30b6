#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, keyloft::StorageKey)]
struct Key<T> {
    left: T,
    right: u32,
}

fn main() {}
