//! The table `system_live_queries`.

use keyloft::prelude::*;
use keyloft::tables::system::{LiveQuery, live_queries};

use crate::Fixture;
use crate::reading::Reading;

type Queries = SystemTableStore<LiveQueryId, LiveQuery>;

/// Connections, tables and users, each with a name that begins another name.
const QUERIES: [(&str, &str, &str, &str); 5] = [
    ("1", "tab-1", "notes", "bob"),
    ("2", "tab-10", "notes", "bobby"),
    ("3", "tab-1", "notes2", "bob"),
    ("4", "tab-2", "notes", "alice"),
    ("5", "tab-1", "notes", "bobby"),
];

fn query(connection: &str, table: &str, user: &str) -> LiveQuery {
    LiveQuery::new(connection, "q", TableId::from_strings("app", table), user, "SELECT 1", "node-1", 1_000)
}

fn queries(fixture: &dyn Fixture) -> Queries {
    let queries = LiveQuery::store(fixture.open());
    for (id, connection, table, user) in QUERIES {
        queries.insert(&id.into(), &query(connection, table, user)).unwrap();
    }
    queries
}

fn ids(found: &[(LiveQueryId, LiveQuery)]) -> Vec<&str> {
    found.iter().map(|(id, _)| id.as_str()).collect()
}

pub(crate) fn are_found_by_user_connection_and_table(fixture: &dyn Fixture) {
    let queries = queries(fixture);
    let of_user = queries.find_all(&live_queries::USER, "bob").unwrap();
    assert_eq!(ids(&of_user), ["1", "3"]);
    let of_connection = queries.find_all(&live_queries::CONNECTION, "tab-1").unwrap();
    assert_eq!(ids(&of_connection), ["1", "3", "5"]);
    let of_table = queries.find_all(&live_queries::TABLE, &TableId::from_strings("app", "notes")).unwrap();
    assert_eq!(ids(&of_table), ["1", "2", "4", "5"]);
}

pub(crate) fn a_lost_connection_removes_all_its_queries(fixture: &dyn Fixture) {
    let queries = queries(fixture);
    assert_eq!(queries.remove_connection("tab").unwrap(), 0);
    assert_eq!(queries.remove_connection("tab-1").unwrap(), 3);
    assert_eq!(queries.remove_connection("tab-1").unwrap(), 0);
    assert_eq!(ids(&queries.scan_all().unwrap()), ["2", "4"]);
    assert_eq!(queries.verify().unwrap(), []);
}

pub(crate) fn a_lost_connection_is_one_transaction(fixture: &dyn Fixture) {
    let queries = queries(fixture);
    let db = queries.backend();
    let before = db.dump();
    let failed = db.transaction(|tx| {
        assert_eq!(queries.within(tx).remove_connection("tab-1")?, 3);
        assert_eq!(queries.within(tx).count()?, 2);
        Err::<(), Error>(Error::from(ErrorKind::Aborted))
    });
    assert_eq!(failed.unwrap_err().code(), "Aborted");
    assert_eq!(db.dump(), before);
}

pub(crate) fn one_that_moves_leaves_its_old_connection(fixture: &dyn Fixture) {
    let queries = queries(fixture);
    let moved = queries.update(&"3".into(), |query| {
        query.connection_id = "tab-9".into();
        query.changes += 1;
        Ok(())
    });
    moved.unwrap();
    assert_eq!(queries.remove_connection("tab-1").unwrap(), 2);
    assert_eq!(queries.remove_connection("tab-9").unwrap(), 1);
    assert_eq!(queries.verify().unwrap(), []);
}
