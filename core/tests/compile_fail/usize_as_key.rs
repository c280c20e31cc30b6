fn key(_: impl keyloft::StorageKey) {}

fn main() {
    key(7_usize);
}
