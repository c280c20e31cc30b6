fn key(_: impl keyloft::StorageKey) {}

fn main() {
    key(core::cmp::Reverse(7_usize));
}
