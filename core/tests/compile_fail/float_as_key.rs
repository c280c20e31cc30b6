fn key(_: impl keyloft::StorageKey) {}

fn main() {
    key(0.5_f64);
}
