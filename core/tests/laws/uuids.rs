//! UUIDs as keys.

use keyloft::StorageKey;
use proptest::prelude::*;
use uuid::Uuid;

use crate::hostile::Hostile;

impl Hostile for Uuid {
    fn hostile() -> BoxedStrategy<Self> {
        prop_oneof![<[u8; 16]>::hostile(), any::<[u8; 16]>()].prop_map(Self::from_bytes).boxed()
    }
}

#[test]
fn a_uuid_is_its_bytes_and_is_described_as_usual() {
    let uuid = Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8);
    assert_eq!(*uuid.encode(), *uuid.as_bytes());
    assert_eq!(uuid.describe(), "67e55044-10b1-426f-9247-bb680e5fe0c8");
}
