//! A rolling deploy: three releases of a program on one database, and what each of them sees at each step.
//!
//! Run it with `cargo run --package keyloft --example rolling_deploy`.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::catalog::Migration;
use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;

/// The first release: contacts, which are found by their city.
mod release_1 {
    use keyloft::Entity;
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize, Entity)]
    #[table(name = "contacts")]
    pub(crate) struct Contact {
        #[key]
        pub(crate) id: u32,
        pub(crate) name: String,
        #[index]
        pub(crate) city: String,
    }
}

/// The second release: an address that is unique. The index on the city is removed.
mod release_2 {
    use keyloft::Entity;
    use serde::{Deserialize, Serialize};

    use crate::release_1;

    #[derive(Serialize, Deserialize, Entity)]
    #[table(name = "contacts", version = 2, upgrades = release_1::Contact)]
    pub(crate) struct Contact {
        #[key]
        pub(crate) id: u32,
        pub(crate) name: String,
        pub(crate) city: String,
        #[unique]
        pub(crate) email: Option<String>,
    }

    impl From<release_1::Contact> for Contact {
        fn from(release_1::Contact { id, name, city }: release_1::Contact) -> Self {
            Self { id, name, city, email: None }
        }
    }
}

/// The third release: the city is the first part of the key.
mod release_3 {
    use keyloft::Entity;
    use serde::{Deserialize, Serialize};

    use crate::release_2;

    #[derive(Serialize, Deserialize, Entity)]
    #[table(name = "contacts", version = 3, upgrades = release_2::Contact)]
    pub(crate) struct Contact {
        #[key]
        pub(crate) city: String,
        #[key]
        pub(crate) id: u32,
        pub(crate) name: String,
        #[unique]
        pub(crate) email: Option<String>,
    }

    impl From<release_2::Contact> for Contact {
        fn from(release_2::Contact { id, name, city, email }: release_2::Contact) -> Self {
            Self { city, id, name, email }
        }
    }
}

const REFUSED: Option<&str> = Some("DefinitionMismatch");
const NOT_BUILT: Option<&str> = Some("IndexNotBuilt");

/// Prints what a release sees, and returns the code of its error.
fn sees<T>(release: &str, call: &str, result: Result<T>) -> Option<&'static str> {
    match result {
        Ok(_) => {
            println!("  {release}: {call}: ok");
            None
        }
        Err(error) => {
            println!("  {release}: {call}: {error}");
            Some(error.code())
        }
    }
}

fn main() -> Result<()> {
    let backend: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());

    println!("release 1 runs");
    let first = release_1::Contact::table(backend.clone());
    for id in 0..2_500 {
        let city = if id % 2 == 0 { "Bonn" } else { "Oslo" };
        first.save(&release_1::Contact { id, name: format!("contact {id}"), city: city.into() })?;
    }

    println!("release 2 starts: it is refused, release 1 goes on");
    let second = release_2::Contact::table(backend.clone());
    assert_eq!(sees("release 2", "get", second.get(&7)), REFUSED);
    assert_eq!(sees("release 1", "get", first.get(&7)), None);

    println!("its plan");
    let migration = Migration::new(backend.clone()).table(&release_2::Contact::schema());
    // An index that the program lacks is dropped only if it is named: the program might be an old one.
    assert_eq!(sees("release 2", "plan", migration.plan()), REFUSED);
    let migration = migration.drop_index("contacts", "city");
    print!("{}", migration.plan()?);

    println!("the migration begins, and its process is killed after 1,000 rows");
    migration.run_with(|progress| {
        if progress.rows < 1_000 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    assert_eq!(sees("release 1", "get", first.get(&7)), REFUSED);
    assert_eq!(sees("release 1", "delete", first.delete(&7)), REFUSED);
    assert_eq!(sees("release 2", "get", second.get(&7)), None);
    let seven = release_2::Contact {
        id: 7,
        name: "seven".into(),
        city: "Oslo".into(),
        email: Some("7@example.org".into()),
    };
    assert_eq!(sees("release 2", "save", second.save(&seven)), None);
    assert_eq!(
        sees("release 2", "find", second.find(&release_2::Contact::EMAIL, "7@example.org")),
        NOT_BUILT
    );

    println!("the same call resumes it, in any process of release 2");
    print!("{}", migration.plan()?);
    migration.run()?;
    assert!(migration.plan()?.is_empty());
    assert_eq!(sees("release 2", "find", second.find(&release_2::Contact::EMAIL, "7@example.org")), None);
    assert_eq!(second.count()?, 2_500);
    assert!(second.verify()?.is_empty());

    println!("release 3 changes the keys: nobody can use the table meanwhile");
    let third = release_3::Contact::table(backend.clone());
    let migration = Migration::new(backend.clone()).rekey(
        &release_2::Contact::schema(),
        &release_3::Contact::schema(),
        |id, contact| Ok((contact.city, id)),
    );
    print!("{}", migration.plan()?);
    let mut is_seen = false;
    migration.run_with(|progress| {
        if progress.rows == 1_000 && !is_seen {
            is_seen = true;
            assert_eq!(sees("release 2", "get", second.get(&7)), REFUSED);
            assert_eq!(sees("release 3", "get", third.get(&("Oslo".into(), 7))), REFUSED);
        }
        ControlFlow::Continue(())
    })?;
    assert!(is_seen);
    assert_eq!(sees("release 2", "get", second.get(&7)), REFUSED);
    assert_eq!(third.count_in(Prefix::of("Oslo"))?, 1_250);
    assert_eq!(
        third.find(&release_3::Contact::EMAIL, "7@example.org")?.map(|(key, _)| key),
        Some(("Oslo".into(), 7))
    );
    assert!(third.verify()?.is_empty());
    Ok(())
}
