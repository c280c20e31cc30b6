//! [`Sql`] and [`Statements`]: the statements of a connection.

use futures_util::{join, try_join};
use tokio_postgres::{Client, Error, Statement};

/// The length of the longest value that a page has. Longer ones are read one by one, so that a page has a bounded size.
const LARGE: &str = "65536";

/// The text of the statements, with the name of the schema.
pub(crate) struct Sql {
    /// The schema's name as an identifier.
    pub(crate) schema: String,
}

/// Declares the statements, each with its text once.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident: $text:expr;)+) => {
        /// The statements that a connection has prepared.
        pub(crate) struct Statements {
            $($(#[$meta])* pub(crate) $name: Statement,)+
            /// Returns the transaction's id, and fails unless the catalogs have this version. An engine that speaks PostgreSQL's
            /// protocol may lack such ids.
            pub(crate) guard: Option<Statement>,
        }

        impl Sql {
            /// Prepares the statements, in one round trip.
            pub(crate) async fn prepare(&self, client: &Client) -> Result<Statements, Error> {
                let texts = [$(self.fill($text)),+];
                let [$($name),+] = &texts;
                let guard = self.fill(GUARD);
                let (prepared, guard) =
                    join!(async { try_join!($(client.prepare($name)),+) }, client.prepare(&guard));
                let ($($name,)+) = prepared?;
                Ok(Statements { $($name,)+ guard: guard.ok() })
            }
        }
    };
}

/// The division fails, and with it the transaction, before the commit that was sent along.
const GUARD: &str =
    "SELECT pg_current_xact_id()::text, 1 / (catalog = $1)::integer FROM {schema}.keyloft_layout";

statements! {
    /// The version of the catalogs.
    catalog: "SELECT catalog FROM {layout}";
    get: "SELECT value FROM {entries} WHERE partition = $1 AND key = $2";
    /// Like `get`, with the version of the catalogs.
    get_newest:
        "SELECT (SELECT catalog FROM {layout}), (SELECT value FROM {entries} WHERE partition = $1 AND key = $2)";
    contains: "SELECT 1 FROM {entries} WHERE partition = $1 AND key = $2";
    /// Like `contains`, with the version of the catalogs.
    contains_newest:
        "SELECT (SELECT catalog FROM {layout}), EXISTS (SELECT FROM {entries} WHERE partition = $1 AND key = $2)";
    get_many:
        "SELECT wanted.position, value FROM unnest($2::bytea[]) WITH ORDINALITY AS wanted (key, position)
         JOIN {entries} AS entries ON entries.partition = $1 AND entries.key = wanted.key";
    /// Like `get_many`, of several partitions.
    get_batch:
        "SELECT wanted.position, value
         FROM unnest($1::bytea[], $2::bytea[]) WITH ORDINALITY AS wanted (partition, key, position)
         JOIN {entries} AS entries ON entries.partition = wanted.partition AND entries.key = wanted.key";
    page_forward:
        "SELECT key, {value} FROM {entries} WHERE partition = $1 AND key >= $2 ORDER BY key LIMIT $3";
    page_forward_below:
        "SELECT key, {value} FROM {entries} WHERE partition = $1 AND key >= $2 AND key < $4
         ORDER BY key LIMIT $3";
    page_backward:
        "SELECT key, {value} FROM {entries} WHERE partition = $1 AND key >= $2 ORDER BY key DESC LIMIT $3";
    page_backward_below:
        "SELECT key, {value} FROM {entries} WHERE partition = $1 AND key >= $2 AND key < $4
         ORDER BY key DESC LIMIT $3";
    /// The long keys with the same first bytes.
    group: "SELECT tail, {value} FROM {entries} WHERE partition = $1 AND key > $2 AND key < $3 ORDER BY tail";
    count: "SELECT count(*) FROM {entries} WHERE partition = $1 AND key >= $2";
    count_below: "SELECT count(*) FROM {entries} WHERE partition = $1 AND key >= $2 AND key < $3";
    /// Steps in the index from each partition to the next one.
    partitions:
        "WITH RECURSIVE present (partition) AS (
             (SELECT partition FROM {entries} ORDER BY partition LIMIT 1)
             UNION ALL
             SELECT (SELECT next.partition FROM {entries} AS next WHERE next.partition > present.partition
                     ORDER BY next.partition LIMIT 1)
             FROM present WHERE present.partition IS NOT NULL
         )
         SELECT coalesce(name, partition) FROM present LEFT JOIN {names} USING (partition)
         WHERE partition IS NOT NULL";
    put:
        "INSERT INTO {entries} (partition, key, tail, value) VALUES ($1, $2, $3, $4)
         ON CONFLICT (partition, key) DO UPDATE SET value = excluded.value";
    put_many:
        "INSERT INTO {entries} (partition, key, value) SELECT $1, * FROM unnest($2::bytea[], $3::bytea[])
         ON CONFLICT (partition, key) DO UPDATE SET value = excluded.value";
    /// Finds out whether a partition has keys between two, these included.
    has_any: "SELECT EXISTS (SELECT FROM {entries} WHERE partition = $1 AND key >= $2 AND key <= $3)";
    copy: "COPY {entries} (partition, key, value) FROM STDIN BINARY";
    /// Keeps the name of a partition that is too long for a key.
    put_name: "INSERT INTO {names} (partition, name) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    delete: "DELETE FROM {entries} WHERE partition = $1 AND key = $2";
    delete_many: "DELETE FROM {entries} WHERE partition = $1 AND key = ANY ($2::bytea[])";
    delete_range: "DELETE FROM {entries} WHERE partition = $1 AND key >= $2";
    delete_range_below: "DELETE FROM {entries} WHERE partition = $1 AND key >= $2 AND key < $3";
    set_catalog: "UPDATE {layout} SET catalog = $1";
}

impl Sql {
    pub(crate) fn new(schema: &str) -> Self {
        Self { schema: format!("\"{}\"", schema.replace('"', "\"\"")) }
    }

    /// Puts the names of the tables into a statement.
    pub(crate) fn fill(&self, text: &str) -> String {
        let value = format!("CASE WHEN octet_length(value) <= {LARGE} THEN value END");
        text.replace("{layout}", "{schema}.keyloft_layout")
            .replace("{entries}", "{schema}.keyloft_entries")
            .replace("{names}", "{schema}.keyloft_names")
            .replace("{value}", &value)
            .replace("{schema}", &self.schema)
    }
}
