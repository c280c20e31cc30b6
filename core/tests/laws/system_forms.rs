//! The stored forms of the system's entities: those of serde's derives in postcard, and no other bytes.

use core::fmt::Debug;

use keyloft::prelude::*;
use keyloft::tables::system::{
    AuthType, Job, JobStatus, JobType, LiveQuery, Namespace, Storage, StorageMode, StorageType, SystemEntity,
    TableMetadata, TableType, User,
};
use keyloft::value::decode_payload;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// Random values, one after the other.
struct Dice(std::vec::IntoIter<u64>);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0.next().unwrap_or_default()
    }

    /// Returns a number of any length in bits.
    fn number(&mut self) -> u64 {
        let bits = self.next();
        self.next() >> (bits % 64)
    }

    fn signed(&mut self) -> i64 {
        self.number().cast_signed().wrapping_sub(i64::from(self.flag()))
    }

    fn short(&mut self) -> u32 {
        u32::try_from(self.number() & u64::from(u32::MAX)).unwrap()
    }

    fn flag(&mut self) -> bool {
        self.next() % 2 == 1
    }

    fn text<T: From<String>>(&mut self) -> T {
        let letters = ["", "a", "é", "鍵", ":", "%", "\0"];
        let longer = if self.next().is_multiple_of(16) { "x".repeat(130) } else { String::new() };
        (0..self.next() % 4).map(|_| self.one(&letters)).chain([longer.as_str()]).collect::<String>().into()
    }

    fn one<T: Copy>(&mut self, all: &[T]) -> T {
        let place = usize::try_from(self.next()).unwrap() % all.len();
        *all.get(place).unwrap()
    }

    fn option<T>(&mut self, value: fn(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| value(self))
    }

    fn user(&mut self) -> User {
        User {
            user_id: self.text(),
            username: self.text(),
            password_hash: self.text(),
            role: self.one(&[Role::User, Role::Service, Role::Dba, Role::System]),
            email: self.option(Self::text),
            auth_type: self.one(&[AuthType::Password, AuthType::OAuth, AuthType::Internal]),
            auth_data: self.option(Self::text),
            storage_mode: self.one(&[StorageMode::Table, StorageMode::Region]),
            storage_id: self.option(Self::text),
            created_at: self.signed(),
            updated_at: self.signed(),
            last_seen: self.option(Self::signed),
            deleted_at: self.option(Self::signed),
        }
    }

    fn table(&mut self) -> TableMetadata {
        let levels = [TableAccess::Public, TableAccess::Private, TableAccess::Restricted];
        let types = [TableType::User, TableType::Shared, TableType::Stream, TableType::System];
        TableMetadata {
            table_id: TableId::new(self.text(), self.text()),
            table_type: self.one(&types),
            created_at: self.signed(),
            storage_location: self.text(),
            storage_id: self.option(Self::text),
            use_user_storage: self.flag(),
            flush_policy: self.text(),
            schema_version: self.short(),
            deleted_retention_hours: self.short(),
            access_level: self.flag().then(|| self.one(&levels)),
            owner: self.option(Self::text),
        }
    }

    fn job(&mut self) -> Job {
        let types = [JobType::Flush, JobType::Compact, JobType::Cleanup, JobType::Backup, JobType::Restore];
        let states = [JobStatus::Running, JobStatus::Completed, JobStatus::Failed, JobStatus::Cancelled];
        Job {
            job_type: self.one(&types),
            namespace_id: self.text(),
            table_name: self.option(Self::text),
            status: self.one(&states),
            parameters: self.option(Self::text),
            result: self.option(Self::text),
            trace: self.option(Self::text),
            memory_used: self.option(Self::number),
            cpu_used: self.option(Self::number),
            created_at: self.signed(),
            started_at: self.option(Self::signed),
            completed_at: self.option(Self::signed),
            node_id: self.text(),
            error_message: self.option(Self::text),
        }
    }

    fn namespace(&mut self) -> Namespace {
        Namespace {
            name: self.text(),
            created_at: self.signed(),
            options: self.option(Self::text),
            table_count: self.number(),
        }
    }

    fn storage(&mut self) -> Storage {
        Storage {
            storage_name: self.text(),
            description: self.option(Self::text),
            storage_type: self.one(&[StorageType::Filesystem, StorageType::S3]),
            base_directory: self.text(),
            credentials: self.option(Self::text),
            shared_tables_template: self.text(),
            user_tables_template: self.text(),
            created_at: self.signed(),
            updated_at: self.signed(),
        }
    }

    fn live_query(&mut self) -> LiveQuery {
        LiveQuery {
            connection_id: self.text(),
            namespace_id: self.text(),
            table_name: self.text(),
            query_id: self.text(),
            user_id: self.text(),
            query: self.text(),
            options: self.option(Self::text),
            created_at: self.signed(),
            last_update: self.signed(),
            changes: self.number(),
            node: self.text(),
        }
    }
}

/// A change to bytes: a byte is replaced, inserted or removed.
type Damage = (Index, u8, u8);

fn damage(bytes: &mut Vec<u8>, (place, byte, kind): &Damage) {
    let place = place.index(bytes.len() + 1);
    match kind % 4 {
        0 => bytes.truncate(place),
        1 => bytes.insert(place, *byte),
        _ if place == bytes.len() => bytes.push(*byte),
        2 => *bytes.get_mut(place).unwrap() = *byte,
        _ => drop(bytes.remove(place)),
    }
}

/// Compares the forms of the entity, and what both read from damaged bytes.
fn check<V: SystemEntity + PartialEq + Debug>(entity: &V, damages: &[Damage]) {
    let mut bytes = entity.to_payload();
    assert_eq!(bytes, postcard::to_allocvec(entity).unwrap());
    assert_eq!(&V::from_payload::<V>(&bytes).unwrap(), entity);
    for change in damages {
        damage(&mut bytes, change);
        match (V::from_payload::<V>(&bytes), decode_payload::<V>(&bytes)) {
            (Ok(own), Ok(serde)) => {
                assert_eq!(own, serde);
                assert_eq!(own.to_payload(), bytes);
            }
            (Ok(own), Err(error)) => panic!("{own:?} from {bytes:02x?}, but {error}"),
            // Postcard also reads numbers that are longer than necessary.
            (Err(error), Ok(serde)) => assert_ne!(serde.to_payload(), bytes, "{error}"),
            (Err(_), Err(_)) => {}
        }
    }
}

proptest! {
    #[test]
    fn each_entity_has_the_form_of_its_derive_and_no_other(
        dice in vec(any::<u64>(), 60..120),
        damages in vec(any::<Damage>(), 0..8),
    ) {
        let mut dice = Dice(dice.into_iter());
        check(&dice.user(), &damages);
        check(&dice.table(), &damages);
        check(&dice.job(), &damages);
        check(&dice.namespace(), &damages);
        check(&dice.storage(), &damages);
        check(&dice.live_query(), &damages);
    }
}
