// SQLite's own WebAssembly on its pool of private files, its fastest way to them. Other settings are the defaults: a
// rollback journal that is deleted, and `synchronous=FULL`, so a commit is on disk.
import { user } from "../people.mjs";

const COLUMNS = Object.keys(user(0));
/** The indexes of Keyloft's users. */
const INDEXES = [
  "create unique index users_username on users (lower(username)) where deletedAt is null",
  "create index users_role on users (role)",
  "create index users_storage on users (storageId) where storageId is not null",
];

let pool;

/** A table with a column for each field, with the indexes of Keyloft's users or with a write-ahead log. */
export async function sqlite(paths, { indexed = false, wal = false } = {}) {
  const { default: begin } = await import(paths.sqlite);
  pool ??= await (await begin({ print: () => undefined, printErr: console.error })).installOpfsSAHPoolVfs({ clearOnInit: true });
  const file = wal ? "/wal" : "/journal";
  let db, statements;
  // This is faster than objects of the statement, which reads the names of the columns each time.
  const read = (statement) => {
    const values = statement.get([]);
    const user = {};
    for (let i = 0; i < COLUMNS.length; i++) user[COLUMNS[i]] = values[i];
    return user;
  };
  const insert = (values) => {
    let place = 1;
    for (const column of COLUMNS) statements.insert.bind(place++, values[column]);
    statements.insert.stepReset();
  };
  const close = () => {
    if (db === undefined) return;
    for (const statement of Object.values(statements)) statement.finalize();
    db.close();
    pool.unlink(file);
  };
  return {
    name: wal ? "sqlite-wasm, WAL" : "sqlite-wasm",
    async empty() {
      close();
      db = new pool.OpfsSAHPoolDb(file);
      // Without shared memory, the log needs an exclusive lock on the file.
      if (wal) db.exec("pragma locking_mode = exclusive; pragma journal_mode = wal");
      const has = ["journal_mode", "synchronous"].map((name) => `${name}=${db.selectValue(`pragma ${name}`)}`).join();
      if (has !== `journal_mode=${wal ? "wal" : "delete"},synchronous=2`) throw new Error(`SQLite has ${has}`);
      db.exec(`create table users (${COLUMNS.join(", ").replace("userId", "userId text primary key")}) without rowid`);
      if (indexed) for (const index of INDEXES) db.exec(index);
      statements = {
        insert: db.prepare(`insert or replace into users values (${COLUMNS.map(() => "?")})`),
        one: db.prepare("select * from users where userId = ?"),
        every: db.prepare("select * from users order by userId"),
        some: db.prepare("select * from users where userId >= ? order by userId limit ?"),
      };
    },
    async load(users) {
      db.exec("begin");
      for (const user of users) insert(user);
      db.exec("commit");
    },
    async get(keys, visit) {
      const { one } = statements;
      for (const key of keys) {
        one.bind(1, key);
        if (one.step()) visit(read(one));
        one.reset();
      }
    },
    async scan(visit) {
      const { every } = statements;
      while (every.step()) visit(read(every));
      every.reset();
    },
    async range(keys, count, visit) {
      const { some } = statements;
      for (const key of keys) {
        some.bind(1, key).bind(2, count);
        while (some.step()) visit(read(some));
        some.reset();
      }
    },
    async put(users) {
      for (const user of users) insert(user);
    },
    close: async () => close(),
  };
}
