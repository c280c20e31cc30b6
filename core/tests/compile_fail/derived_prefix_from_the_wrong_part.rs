use keyloft::StorageKey;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
struct Reading {
    device: String,
    at: i64,
}

fn main() {
    Reading::prefix(&7_i64);
}
