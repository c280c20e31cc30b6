//! The codes of the protocol, one byte each.

/// The bytes before the payload of a response: its length, and a flag that says whether it is an error.
pub(crate) const RESPONSE_HEAD: usize = 5;

/// Declares groups of codes: each is a module of constants, and a `const enum` in TypeScript.
macro_rules! codes {
    ($($(#[$doc:meta])+ $group:ident as $enumeration:ident { $($name:ident = $code:literal),+ $(,)? })+) => {
        $(
            $(#[$doc])+
            #[allow(dead_code, reason = "an engine without files lacks some; others are named in JavaScript alone")]
            pub(crate) mod $group {
                $(pub(crate) const $name: u8 = $code;)+
            }
        )+

        /// The groups, in the order of their declaration.
        #[cfg(test)]
        pub(super) const GROUPS: &[Group] = &[
            $(Group {
                doc: &[$(stringify!($doc)),+],
                enumeration: stringify!($enumeration),
                codes: &[$((stringify!($name), $code)),+],
            }),+
        ];
    };
}

/// A group of codes, as the generator reads it.
#[cfg(test)]
pub(super) struct Group {
    /// The attributes of the group, which are its documentation.
    pub(super) doc: &'static [&'static str],
    /// The name of the enumeration in TypeScript.
    pub(super) enumeration: &'static str,
    /// The names and the codes.
    pub(super) codes: &'static [(&'static str, u8)],
}

codes! {
    /// The operations of an engine.
    op as Op {
        OPEN = 0,
        GET = 1,
        GET_MANY = 2,
        HAS = 3,
        COUNT = 4,
        SCAN = 5,
        PAGE = 6,
        FIND_ALL = 7,
        ASK = 8,
        WATCH = 9,
        PUT = 10,
        DELETE = 11,
        BATCH = 12,
        DELETE_RANGE = 13,
        ACT = 14,
        DISCARD = 15,
        NEXT = 20,
        SEEK = 21,
        EVENTS = 22,
        CURRENT = 23,
        RELEASE = 24,
        SNAPSHOT = 25,
        EXPORT = 30,
        IMPORT = 31,
        DIGEST = 32,
        PARTITIONS = 33,
        IMAGE = 34,
        COMPACT = 35,
        STATS = 36,
        EXPLAIN = 40,
        DEFINE = 41,
        REMOVE = 42,
        DEFINITION = 43,
        EVICT = 44,
        STAGE = 50,
        COMMIT = 51,
        ABORT = 52,
    }

    /// The kinds of resources that an engine keeps for JavaScript until they are released.
    resource as Resource {
        TABLE = 0,
        SNAPSHOT = 1,
        SCAN = 2,
        WATCH = 3,
    }

    /// The kinds of tables that an engine opens.
    table_kind as TableKind {
        USERS = 0,
        TABLES = 1,
        JOBS = 2,
        NAMESPACES = 3,
        STORAGES = 4,
        LIVE_QUERIES = 5,
        USER = 6,
        SHARED = 7,
        STREAM = 8,
        COLLECTION = 9,
        PARTITION = 10,
        TABLE = 11,
    }

    /// The content of a column of an index. Integers and timestamps have the same entries, so the shape does not tell them apart.
    column as IndexedColumn {
        ANY = 0,
        INTEGER = 1,
        TIMESTAMP = 2,
    }

    /// The answers to a step of the definition of a collection. `STEPPED` has the number of rows that were handled. `ROWS` asks
    /// for the same step with these rows of older versions upgraded, and `KEYS` for it with new keys of these rows.
    step as DefineStep {
        DONE = 0,
        STEPPED = 1,
        ROWS = 2,
        KEYS = 3,
    }

    /// The treatment of keys of another type in a step of the definition of a collection.
    change_of_keys as ChangeOfKeys {
        REFUSE = 0,
        MOVE = 1,
        ABANDON = 2,
    }

    /// The writes of a batch.
    write as BatchWrite {
        PUT = 0,
        INSERT = 1,
        DELETE = 2,
    }

    /// The kinds of bounds of a key range.
    bound as Bound {
        UNBOUNDED = 0,
        INCLUDED = 1,
        EXCLUDED = 2,
    }

    /// The events of a watch; `END` follows the last one of a response. `PLACED` is a change to the result of a query with a
    /// limit, after the places before and after it.
    event as EventCode {
        END = 0,
        CHANGE = 1,
        LAGGED = 2,
        FAILED = 3,
        PLACED = 4,
        UNREADABLE = 5,
        DISCARDED = 6,
    }

    /// The actions on tables that hold rows.
    row_action as RowAction {
        SOFT_DELETE = 1,
        RESTORE = 2,
        PURGE_DELETED_BEFORE = 3,
        EVICT_EXPIRED = 4,
    }

    /// The actions on the table of tables.
    table_action as TableAction {
        DROP_TABLE = 1,
    }

    /// The actions on the table of live queries.
    live_query_action as LiveQueryAction {
        REMOVE_CONNECTION = 1,
    }

    /// The actions on the table of jobs.
    job_action as JobAction {
        COMPLETE = 1,
        FAIL = 2,
        CANCEL = 3,
        DELETE_FINISHED_BEFORE = 4,
    }
}
