//! Transactions of so many new entries that they are copied instead of inserted.

use std::sync::Arc;

use keyloft::backend::KeyRange;
use keyloft::prelude::*;
use keyloft::{Partition, Read};
use keyloft_postgres::PostgresBackend;

use crate::cluster::{Cluster, new_schema};

const MANY: u32 = 10_000;

/// Puts a value under each of the keys, in one transaction.
fn put(db: &PostgresBackend, keys: impl IntoIterator<Item = u32>, value: &[u8]) {
    let entries = Partition::from("entries");
    let keys: Vec<u32> = keys.into_iter().collect();
    let done =
        db.transaction(|tx| keys.iter().try_for_each(|key| tx.put(&entries, &key.to_be_bytes(), value)));
    done.unwrap();
}

/// Returns the value of a key.
fn get(reader: &(impl Read + ?Sized), key: u32) -> Option<Vec<u8>> {
    let mut found = None;
    reader.get(&"entries".into(), &key.to_be_bytes(), &mut |value| found = Some(value.to_vec())).unwrap();
    found
}

fn count(db: &PostgresBackend) -> u64 {
    db.count(&"entries".into(), KeyRange::ALL).unwrap()
}

pub(crate) fn of_new_keys_are_all_there(cluster: &Arc<Cluster>) {
    let backend = Arc::new(cluster.options().open().unwrap());
    let numbers = Table::<u32, u64>::new(backend, "numbers");
    let entries = || (0..5 * MANY).rev().map(|number| (number, u64::from(number)));
    assert_eq!(numbers.load(entries()).unwrap(), u64::from(5 * MANY));
    assert_eq!(numbers.count().unwrap(), u64::from(5 * MANY));
    assert!(numbers.scan_all().unwrap().into_iter().rev().eq(entries()));
    // Again, and the entries are there already.
    numbers.load(entries().map(|(key, value)| (key, value + 1))).unwrap();
    assert_eq!(numbers.get(&7).unwrap(), Some(8));
    assert_eq!(numbers.verify().unwrap(), []);
}

pub(crate) fn over_other_keys_replace_them(cluster: &Arc<Cluster>) {
    for there in [0, MANY / 2, MANY - 1] {
        let db = cluster.options().open().unwrap();
        put(&db, [there, MANY], b"old");
        put(&db, 0..MANY, b"new");
        assert_eq!((count(&db), get(&db, there)), (u64::from(MANY) + 1, Some(b"new".to_vec())));
        assert_eq!(get(&db, MANY), Some(b"old".to_vec()));
    }
}

pub(crate) fn are_seen_by_their_transaction(cluster: &Arc<Cluster>) {
    let db = cluster.options().open().unwrap();
    let entries = Partition::from("entries");
    let done = db.transaction(|tx| {
        for key in 0..MANY {
            tx.put(&entries, &key.to_be_bytes(), b"1")?;
        }
        assert_eq!(tx.count(&entries, KeyRange::ALL)?, u64::from(MANY));
        assert!(tx.delete(&entries, &7_u32.to_be_bytes())?);
        for key in 0..MANY {
            tx.put(&entries, &(MANY + key).to_be_bytes(), b"2")?;
        }
        tx.put(&Partition::from("others"), b"", b"")?;
        assert_eq!(get(&*tx, MANY), Some(b"2".to_vec()));
        Ok(())
    });
    done.unwrap();
    assert_eq!((count(&db), get(&db, 7)), (2 * u64::from(MANY) - 1, None));
    assert!(db.contains(&"others".into(), b"").unwrap());
}

pub(crate) fn that_fail_leave_nothing(cluster: &Arc<Cluster>) {
    let db = cluster.options().open().unwrap();
    let failed = db.transaction(|tx| {
        for key in 0..MANY {
            tx.put(&"entries".into(), &key.to_be_bytes(), b"1")?;
        }
        assert_eq!(tx.count(&"entries".into(), KeyRange::ALL)?, u64::from(MANY));
        Err::<(), _>(ErrorKind::Aborted.into())
    });
    assert_eq!(failed.unwrap_err().code(), "Aborted");
    assert_eq!(count(&db), 0);
    put(&db, 0..MANY, b"2");
    assert_eq!(count(&db), u64::from(MANY));
}

/// Another process inserts one of the keys after it was found that there are none.
pub(crate) fn that_can_not_be_copied_are_inserted(cluster: &Arc<Cluster>) {
    let schema = new_schema();
    let db = cluster.options().schema(&schema).open().unwrap();
    put(&db, [MANY], b"old");
    let before_copy = format!(
        "CREATE FUNCTION \"{schema}\".refuse() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN IF current_query() LIKE 'COPY%' THEN RAISE unique_violation; END IF; RETURN NEW; END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON \"{schema}\".keyloft_entries
         FOR EACH ROW EXECUTE FUNCTION \"{schema}\".refuse()"
    );
    cluster.sql(&before_copy);
    put(&db, 0..MANY, b"new");
    assert_eq!(count(&db), u64::from(MANY) + 1);
    let mut runs = 0;
    let done = db.transaction(|tx| {
        runs += 1;
        for key in 2 * MANY..3 * MANY {
            tx.put(&"entries".into(), &key.to_be_bytes(), b"1")?;
        }
        // The run that can't be used sees its writes too.
        assert_eq!(tx.count(&"entries".into(), KeyRange::ALL)?, u64::from(2 * MANY) + 1);
        Ok(())
    });
    done.unwrap();
    assert_eq!((runs, count(&db)), (2, u64::from(2 * MANY) + 1));
}
