//! The layout of the tables: its creation, and its migration from older versions.

use keyloft::error::Place;
use keyloft::{ErrorKind, Result};
use tokio_postgres::Client;

use crate::error::failed;
use crate::statements::Sql;

/// The steps from each version of the layout to the next one. The number of steps is the present version.
const STEPS: [&str; 1] = [
    // The bytes of the primary key are in order. Values are compressed by the server where that pays.
    "CREATE TABLE {entries} (
         partition bytea NOT NULL, key bytea NOT NULL, tail bytea, value bytea NOT NULL,
         PRIMARY KEY (partition, key)
     );
     CREATE TABLE {names} (partition bytea PRIMARY KEY, name bytea NOT NULL);
     CREATE TABLE {layout} (version integer NOT NULL, catalog bigint NOT NULL);
     INSERT INTO {layout} VALUES (0, 0)",
];

/// The number under which processes lock the creation and the migration of all layouts.
const LOCK: i64 = 0x6b65_796c_6f66_7400;

/// Brings the tables to the present version if they are older or missing. Returns the version of the catalogs.
pub(crate) async fn open(client: &Client, sql: &Sql, place: &Place) -> Result<i64> {
    let present = i32::try_from(STEPS.len()).unwrap_or(i32::MAX);
    if version(client, sql, place).await? != present {
        migrate(client, sql, place, present).await?;
    }
    let row = client.query_one(&sql.fill("SELECT catalog FROM {layout}"), &[]).await;
    row.and_then(|row| row.try_get(0)).map_err(|error| failed(place.clone(), "open", error))
}

/// Returns the version of the layout, or 0 if there are no tables. A newer one is refused.
async fn version(client: &Client, sql: &Sql, place: &Place) -> Result<i32> {
    let failed = |error| failed(place.clone(), "open", error);
    let exists = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&sql.fill("{layout}")]).await;
    if !exists.and_then(|row| row.try_get::<_, bool>(0)).map_err(failed)? {
        return Ok(0);
    }
    let row = client.query_one(&sql.fill("SELECT version FROM {layout}"), &[]).await;
    let found: i32 = row.and_then(|row| row.try_get(0)).map_err(failed)?;
    match (u32::try_from(found), u32::try_from(STEPS.len())) {
        (Ok(found), Ok(known)) if found <= known => Ok(i32::try_from(found).unwrap_or_default()),
        (found, known) => Err(ErrorKind::NewerVersion {
            place: place.clone(),
            found: found.unwrap_or(u32::MAX),
            known: known.unwrap_or_default(),
        }
        .into()),
    }
}

/// Runs the missing steps in one transaction, under a lock: other processes wait, and find the tables.
async fn migrate(client: &Client, sql: &Sql, place: &Place, present: i32) -> Result<()> {
    let failed = |error| failed(place.clone(), "create the tables of", error);
    client.batch_execute("BEGIN").await.map_err(failed)?;
    client.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await.map_err(failed)?;
    let found = version(client, sql, place).await?;
    let exists = client.query_one("SELECT to_regnamespace($1) IS NOT NULL", &[&sql.schema]).await;
    if !exists.and_then(|row| row.try_get::<_, bool>(0)).map_err(failed)? {
        client.batch_execute(&sql.fill("CREATE SCHEMA {schema}")).await.map_err(failed)?;
    }
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or_default()) {
        client.batch_execute(&sql.fill(step)).await.map_err(failed)?;
    }
    client.execute(&sql.fill("UPDATE {layout} SET version = $1"), &[&present]).await.map_err(failed)?;
    client.batch_execute("COMMIT").await.map_err(failed)
}
