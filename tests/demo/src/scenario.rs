//! The scenario.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use keyloft::error::Place;
use keyloft::layers::{Feed, Observed};
use keyloft::prelude::*;
use keyloft::store::Event;
use keyloft::tables::system::User;
use keyloft::transfer;

use crate::report::{Report, step};
use crate::{cities, system, visits};

/// The time of the scenario, in milliseconds since the Unix epoch. Times are stored, so every target has this one.
pub(crate) const NOW: i64 = 1_795_392_000_000;

/// The number of cities that one transaction imports.
const BATCH: usize = 2_000;

/// Runs every step on an empty backend. Returns the digest of the data at the end.
///
/// # Errors
///
/// The errors of the stores, and [`ErrorKind::Invalid`](keyloft::ErrorKind::Invalid) if a result is not the expected one.
pub fn run(backend: impl StorageBackend + 'static, report: &dyn Report) -> Result<String> {
    let observed = Observed::new(backend);
    let feed = observed.feed();
    let backend: Arc<dyn StorageBackend> = Arc::new(observed);
    let system = SystemTables::new(backend.clone());
    let cities = SharedTableStore::new(backend.clone(), &system::table(system::CITIES), TableAccess::Public);

    step(report, "fill the six system tables", || {
        let entries = system::fill(&system, NOW)?;
        Ok(((), format!("{entries} entries")))
    })?;
    step(report, "import the cities", || {
        import(&cities, report)?;
        Ok(((), format!("{} rows", cities.count()?)))
    })?;
    read(&system, &cities, report)?;
    write(&backend, &system, &cities, report)?;
    refuse(&system, &cities, report)?;
    favourites(&backend, report)?;
    visits::run(&backend, report)?;
    expire(&backend, report)?;
    follow(&cities, &feed, report)?;

    step(report, "digest of all keys and values", || {
        let digest = transfer::digest(&backend)?.to_string();
        Ok((digest.clone(), digest))
    })
}

fn import(cities: &SharedTableStore, report: &dyn Report) -> Result<()> {
    let rows: Vec<_> =
        cities::rows(NOW).collect::<Result<_, String>>().map_err(|reason| expected(&reason))?;
    for (batch, chunk) in rows.chunks(BATCH).enumerate() {
        cities.put_many(chunk)?;
        report.progress((batch * BATCH + chunk.len()).min(cities::count()), cities::count());
    }
    Ok(())
}

fn read(system: &SystemTables, cities: &SharedTableStore, report: &dyn Report) -> Result<()> {
    step(report, "read one city by its key", || {
        let row = cities.get(&"IS-03413829".into())?.ok_or_else(|| expected("Reykjavík"))?;
        let (name, people) = (row.row.get("name"), row.row.get("population"));
        Ok(((), format!("{}, {} people", text(name), people.and_then(Value::as_int).unwrap_or_default())))
    })?;
    step(report, "read Iceland by its prefix", || {
        let rows = cities.scan_prefix(&RowId::prefix("IS-"))?;
        let names: Vec<_> = rows.iter().map(|(_, row)| text(row.row.get("name"))).collect();
        Ok(((), names.join(", ")))
    })?;
    step(report, "read the last three backwards", || {
        let rows = cities.scan(Query::all().reverse().limit(3))?;
        let keys: Vec<_> = rows.iter().map(|(key, _)| key.to_string()).collect();
        Ok(((), keys.join(", ")))
    })?;
    step(report, "page through Germany, 500 at a time", || {
        let (mut pages, mut rows, mut cursor) = (0, 0, None);
        loop {
            let page = cities.page(RowId::prefix("DE-"), 500, cursor.as_ref())?;
            pages += 1;
            rows += page.entries.len();
            cursor = page.next;
            if cursor.is_none() {
                return Ok(((), format!("{rows} rows in {pages} pages")));
            }
        }
    })?;
    step(report, "find a user by name, in any case", || {
        let bob = system.users.find_by_username("BOB")?.ok_or_else(|| expected("Bob"))?;
        Ok(((), format!("{} is {}, not bobby", bob.username, bob.user_id)))
    })
}

fn write(
    backend: &Arc<dyn StorageBackend>,
    system: &SystemTables,
    cities: &SharedTableStore,
    report: &dyn Report,
) -> Result<()> {
    step(report, "a job and a city in one transaction", || {
        backend.transaction(|tx| {
            system.jobs.within(tx).complete(&"2026-11-23T01".into(), Some("34006 rows"), NOW + 90_000)?;
            cities.within(tx).update(&"IS-03413829".into(), |row| {
                row.row.set("visited", true);
                row.updated = NOW + 90_000;
                Ok(())
            })
        })?;
        Ok(((), "both or neither".to_owned()))
    })?;
    step(report, "a transaction that fails", || {
        let before = transfer::digest(backend)?;
        let failed = backend.transaction(|tx| {
            cities.within(tx).delete_prefix(&RowId::prefix("DE-"))?;
            system.users.within(tx).insert(&"u-1004".into(), &User::new("u-1004", "ALICE", Role::User, NOW))
        });
        let error = failed.err().ok_or_else(|| expected("a second Alice refused"))?;
        if transfer::digest(backend)? != before {
            return Err(expected("nothing written"));
        }
        Ok(((), format!("nothing written: {error}")))
    })?;
    step(report, "delete a city", || {
        let deleted = cities.delete(&"VA-06691831".into())?;
        Ok(((), format!("{deleted}; {} rows are left", cities.count()?)))
    })
}

fn refuse(system: &SystemTables, cities: &SharedTableStore, report: &dyn Report) -> Result<()> {
    step(report, "ask as somebody who may not", || {
        let alice = Principal::new("u-1001", Role::User);
        cities.read_as(&alice)?.get(&"FR-02988507".into())?;
        let write = cities.write_as(&alice).err().ok_or_else(|| expected("a refusal"))?;
        let read = system.users.read_as(&alice).err().ok_or_else(|| expected("a refusal"))?;
        Ok(((), format!("{write}; {read}")))
    })
}

fn favourites(backend: &Arc<dyn StorageBackend>, report: &dyn Report) -> Result<()> {
    step(report, "each user's own rows", || {
        let store = UserTableStore::new(backend.clone(), &system::table(system::FAVOURITES));
        for (user, key) in [("u-1001", "IS-03413829"), ("u-1001", "FR-02988507"), ("u-1002", "NZ-02179537")] {
            let row = UserTableRow::new(Row::new().with("stars", 5), NOW);
            store.write_as(&Principal::new(user, Role::User)).put(&key.into(), &row)?;
        }
        store.write_as(&Principal::new("u-1001", Role::User)).soft_delete(&"FR-02988507".into(), NOW + 1)?;
        let seen = |user: &str| store.read_as(&Principal::new(user, Role::System)).count();
        Ok((
            (),
            format!("{} of Alice, {} of Bob, {} of Root", seen("u-1001")?, seen("u-1002")?, seen("u-9001")?),
        ))
    })
}

fn expire(backend: &Arc<dyn StorageBackend>, report: &dyn Report) -> Result<()> {
    step(report, "rows that expire", || {
        let time = Arc::new(AtomicI64::new(NOW));
        let clock = Arc::clone(&time);
        let clock = Arc::new(move || clock.load(Ordering::Relaxed));
        let id = system::table(system::VIEWERS);
        let viewers = StreamTableStore::new(backend.clone(), &id, TableAccess::Public, clock);
        for (number, ttl) in (1..=10).zip([1_000_u64, 60_000].into_iter().cycle()) {
            let row = StreamTableRow::new(Row::new().with("city", "IS-03413829"), NOW, ttl);
            viewers.put(&format!("viewer-{number:02}").into(), &row)?;
        }
        time.store(NOW + 1_000, Ordering::Relaxed);
        let visible = viewers.count()?;
        let evicted = viewers.evict_expired(NOW + 1_000, usize::MAX)?;
        Ok(((), format!("a second later {visible} of 10 are seen, and {evicted} evicted")))
    })
}

fn follow(cities: &SharedTableStore, feed: &Feed, report: &dyn Report) -> Result<()> {
    step(report, "watch a query", || {
        let watch = cities.watch(feed, RowId::prefix("IS-"))?;
        let row = Row::new().with("name", "Surtsey").with("country", "IS").with("population", 0);
        cities.put(&"IS-99999999".into(), &SharedTableRow::new(row, NOW))?;
        cities.put(&"FR-99999999".into(), &SharedTableRow::new(Row::new(), NOW))?;
        cities.delete_many(&["IS-99999999".into(), "FR-99999999".into()])?;
        let mut told = Vec::new();
        while let Some(event) = watch.changes.try_recv() {
            told.push(match event? {
                Event::Inserted { key, .. } => format!("inserted {key}"),
                Event::Updated { key, .. } => format!("updated {key}"),
                Event::Deleted { key, .. } => format!("deleted {key}"),
                Event::Lagged { missed } => format!("missed {missed}"),
                other => return Err(expected(&format!("a change in place of {other:?}"))),
            });
        }
        Ok(((), format!("{} rows, then {}", watch.current.len(), told.join(", "))))
    })
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_text).unwrap_or("?").to_owned()
}

pub(crate) fn expected(what: &str) -> Error {
    Error::from(ErrorKind::Invalid { place: Place::of(&"demo".into()), reason: format!("expected {what}") })
}
