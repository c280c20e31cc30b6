let clients = 0;

/** Opens a database in memory, and a connection to it. */
export function remote({ DirectDatabase, memoryDriver, Server, ...ends }, { patience = 60_000 } = {}) {
  const db = new DirectDatabase(memoryDriver());
  const server = new Server(db);
  const client = () => connect(ends, server, patience);
  return { db, server, client, ...client() };
}

function connect({ Connection, RemoteObject, stubClass, api }, server, patience) {
  const connection = new Connection();
  const name = `client ${++clients}`;
  const join = (other = server) => {
    const { port1, port2 } = new MessageChannel();
    other.serve(name, port2, patience, "leader");
    connection.connect(port1);
    return port1;
  };
  const channel = join();
  return { there: new (stubClass(api.DATABASE))(new RemoteObject(connection)), connection, join, channel, name };
}

/** Closes both ends, so that Node can end. */
export async function close({ connection, server }) {
  await connection.close();
  server.close();
}

/** Waits until sent messages are handled. */
export const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Begins a transaction that stays open until it is released. */
export async function hold(there, body = (tx) => tx.users.count()) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  let ended;
  await new Promise((begun, failed) => {
    ended = there.transaction(async (tx) => {
      await body(tx);
      begun();
      await held;
    });
    ended.catch(failed);
  });
  return { release, ended };
}
