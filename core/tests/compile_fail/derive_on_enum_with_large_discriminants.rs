#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, keyloft::StorageKey)]
enum Large {
    Least = 255,
    OneMore,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, keyloft::StorageKey)]
enum Larger {
    Written = 256,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, keyloft::StorageKey)]
enum Negative {
    Written = -1,
}

fn main() {}
