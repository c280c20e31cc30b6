//! Keyloft on redb.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use keyloft::tables::system::users::USERNAME;
use keyloft::{
    EntityReader, EntityStore, EntityWriter, IndexReader, Schema, StorageBackend, StorageBackendExt, Table,
    User, UserId, UserName,
};
use keyloft_redb::{Options, RedbBackend};

use super::Peer;

type Users = Table<UserId, User>;

pub(crate) struct Keyloft {
    name: &'static str,
    pub(crate) backend: Arc<dyn StorageBackend>,
    /// The same, if it is on a file.
    file: Option<Arc<RedbBackend>>,
    pub(crate) plain: Users,
    indexed: Users,
}

impl Keyloft {
    pub(crate) fn create(path: &Path) -> Self {
        Self::with(path, RedbBackend::options())
    }

    pub(crate) fn with(path: &Path, options: Options) -> Self {
        let file = Arc::new(options.create(path).unwrap());
        Self { file: Some(Arc::clone(&file)), ..Self::over("keyloft", file) }
    }

    pub(crate) fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// The tables in this backend.
    pub(crate) fn over(name: &'static str, backend: Arc<dyn StorageBackend>) -> Self {
        let store = |schema| Users::with_schema(Arc::clone(&backend), schema);
        let plain = store(Schema::new("plain"));
        let indexed = store(Schema::new("indexed").index(USERNAME));
        Self { name, backend, file: None, plain, indexed }
    }
}

fn put(store: &Users, users: &[User]) {
    let done = match users {
        [user] => store.put(&user.user_id, user),
        users => store.backend().transaction(|tx| {
            let mut store = store.within(tx);
            users.iter().try_for_each(|user| store.put(&user.user_id, user))
        }),
    };
    done.unwrap();
}

impl Peer for Keyloft {
    fn name(&self) -> &'static str {
        self.name
    }

    fn put(&self, users: Vec<User>) {
        put(&self.plain, &users);
    }

    fn load(&self, users: &mut dyn Iterator<Item = User>) {
        self.plain.load(users.map(|user| (user.user_id.clone(), user))).unwrap();
    }

    fn put_indexed(&self, users: Vec<User>) {
        put(&self.indexed, &users);
    }

    fn delete(&self, ids: &[UserId]) {
        self.plain.delete_many(ids).unwrap();
    }

    fn get(&self, ids: &[UserId]) {
        for id in ids {
            black_box(self.plain.get(id).unwrap()).unwrap();
        }
    }

    fn get_held(&self, ids: &[UserId]) {
        let snapshot = self.backend.snapshot().unwrap();
        let plain = self.plain.at(&snapshot);
        for id in ids {
            black_box(plain.get(id).unwrap()).unwrap();
        }
    }

    fn find(&self, usernames: &[UserName]) {
        for name in usernames {
            black_box(self.indexed.find(&USERNAME, name).unwrap()).unwrap();
        }
    }

    fn scan(&self) {
        let visited = self.plain.visit(.., |entry| {
            black_box(entry.entity()?);
            Ok(ControlFlow::Continue(()))
        });
        visited.unwrap();
    }

    fn prefix(&self, prefixes: &[String]) {
        for prefix in prefixes {
            black_box(self.plain.scan_prefix(&UserId::prefix(prefix)).unwrap());
        }
    }

    fn compact(&mut self) {
        if let Some(file) = &self.file {
            file.compact().unwrap();
        }
    }
}
