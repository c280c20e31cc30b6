#[derive(keyloft::StorageKey)]
union Key {
    number: u32,
    bytes: [u8; 4],
}

fn main() {}
