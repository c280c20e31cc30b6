//! native_db: typed tables over redb 2, on a disk and in memory.

use std::hint::black_box;
use std::path::Path;
use std::sync::LazyLock;

use keyloft::{AuthType, Role, User, UserId, UserName};
use native_db::{Builder, Database, Models, ToKey, native_db};
use native_model::{Model, native_model};
use serde::{Deserialize, Serialize};

use super::Peer;

macro_rules! mirrored {
    ($(#[$attribute:meta])* $name:ident, $id:literal, $(#[$index:meta])* username) => {
        #[derive(Serialize, Deserialize, Clone)]
        #[native_model(id = $id, version = 1, with = native_model::postcard_1_0::PostCard)]
        #[native_db]
        struct $name {
            #[primary_key]
            user_id: String,
            $(#[$index])*
            username: String,
            password_hash: String,
            role: Role,
            email: Option<String>,
            auth_type: AuthType,
            auth_data: Option<String>,
            storage_mode: keyloft::StorageMode,
            storage_id: Option<String>,
            created_at: i64,
            updated_at: i64,
            last_seen: Option<i64>,
            deleted_at: Option<i64>,
        }

        impl From<User> for $name {
            fn from(user: User) -> Self {
                Self {
                    user_id: user.user_id.into_string(),
                    username: user.username.into_string(),
                    password_hash: user.password_hash,
                    role: user.role,
                    email: user.email,
                    auth_type: user.auth_type,
                    auth_data: user.auth_data,
                    storage_mode: user.storage_mode,
                    storage_id: user.storage_id.map(keyloft::StorageId::into_string),
                    created_at: user.created_at,
                    updated_at: user.updated_at,
                    last_seen: user.last_seen,
                    deleted_at: user.deleted_at,
                }
            }
        }
    };
}

mirrored!(Plain, 1, username);
mirrored!(
    Indexed,
    2,
    #[secondary_key(unique)]
    username
);

static MODELS: LazyLock<Models> = LazyLock::new(|| {
    let mut models = Models::new();
    models.define::<Plain>().unwrap();
    models.define::<Indexed>().unwrap();
    models
});

pub(crate) struct Native {
    name: &'static str,
    database: Database<'static>,
}

impl Native {
    pub(crate) fn create(path: &Path) -> Self {
        Self { name: "native_db", database: Builder::new().create(&MODELS, path).unwrap() }
    }

    pub(crate) fn in_memory() -> Self {
        Self { name: "native_db in memory", database: Builder::new().create_in_memory(&MODELS).unwrap() }
    }
}

impl Peer for Native {
    fn name(&self) -> &'static str {
        self.name
    }

    fn put(&self, users: Vec<User>) {
        let write = self.database.rw_transaction().unwrap();
        for user in users {
            write.upsert(Plain::from(user)).unwrap();
        }
        write.commit().unwrap();
    }

    fn put_indexed(&self, users: Vec<User>) {
        let write = self.database.rw_transaction().unwrap();
        for user in users {
            write.upsert(Indexed::from(user)).unwrap();
        }
        write.commit().unwrap();
    }

    fn delete(&self, ids: &[UserId]) {
        let write = self.database.rw_transaction().unwrap();
        for id in ids {
            // It removes what it is given whole, for the sake of its indexes.
            let user: Plain = write.get().primary(id.as_str()).unwrap().unwrap();
            write.remove(user).unwrap();
        }
        write.commit().unwrap();
    }

    fn get(&self, ids: &[UserId]) {
        for id in ids {
            let read = self.database.r_transaction().unwrap();
            black_box(read.get().primary::<Plain>(id.as_str()).unwrap()).unwrap();
        }
    }

    fn get_held(&self, ids: &[UserId]) {
        let read = self.database.r_transaction().unwrap();
        for id in ids {
            black_box(read.get().primary::<Plain>(id.as_str()).unwrap()).unwrap();
        }
    }

    fn find(&self, usernames: &[UserName]) {
        for name in usernames {
            let read = self.database.r_transaction().unwrap();
            let found = read.get().secondary::<Indexed>(IndexedKey::username, name.as_str());
            black_box(found.unwrap()).unwrap();
        }
    }

    fn scan(&self) {
        let read = self.database.r_transaction().unwrap();
        for user in read.scan().primary::<Plain>().unwrap().all().unwrap() {
            black_box(user.unwrap());
        }
    }

    fn prefix(&self, prefixes: &[String]) {
        for prefix in prefixes {
            let read = self.database.r_transaction().unwrap();
            let scan = read.scan().primary::<Plain>().unwrap();
            let users: Vec<Plain> = scan.start_with(prefix.as_str()).unwrap().map(Result::unwrap).collect();
            black_box(users);
        }
    }

    fn compact(&mut self) {
        self.database.compact().unwrap();
    }
}
