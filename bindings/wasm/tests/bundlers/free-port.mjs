// A port for a server that does not choose one. Data are stored by the port, so each application has another one.
import { createServer } from "node:net";

/** Returns a port of loopback that nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
