// Storages in the place of an object's, for tests.

/** A storage with tables of its own in an object, so that an object has room for several databases. */
export function separate(storage, prefix) {
  return {
    sql: { exec: (query, ...bindings) => storage.sql.exec(query.replaceAll("keyloft_", `${prefix}_`), ...bindings) },
    transactionSync: (body) => storage.transactionSync(body),
    setAlarm: (time) => storage.setAlarm(time),
  };
}

/** A storage that counts the rows that it reads and writes. */
export function counting(storage) {
  let cursors = [];
  return {
    sql: {
      exec(query, ...bindings) {
        const cursor = storage.sql.exec(query, ...bindings);
        cursors.push(cursor);
        return cursor;
      },
    },
    transactionSync: (body) => storage.transactionSync(body),
    setAlarm: (time) => storage.setAlarm(time),
    /** Returns the rows that were read and written, and the number of statements, since the last call. */
    take() {
      const sum = (count) => cursors.reduce((all, cursor) => all + count(cursor), 0);
      const taken = [sum((cursor) => cursor.rowsRead), sum((cursor) => cursor.rowsWritten), cursors.length];
      cursors = [];
      return taken;
    },
  };
}

/** A storage that fails with this message from a statement on: the first, or a later one. */
export function failing(storage, message) {
  let left = Infinity;
  return {
    sql: {
      exec(query, ...bindings) {
        if (left-- <= 0) throw new Error(message);
        return storage.sql.exec(query, ...bindings);
      },
    },
    transactionSync: (body) => storage.transactionSync(body),
    failAfter(statements) {
      left = statements;
    },
  };
}
