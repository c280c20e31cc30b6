// Exports both ends of a connection for the tests.
export { DirectDatabase } from "../../js/database/direct-database.js";
export { memoryDriver } from "../../js/database/open.js";
export { KeyloftError } from "../../js/error/error.js";
export { Timestamp } from "../../js/codec/value.js";
export { Connection, RemoteObject } from "../../js/remote/client/connection.js";
export { stubClass } from "../../js/remote/client/stub.js";
export * as api from "../../js/remote/messages/remote-api.js";
export { openAsync } from "../../js/remote/open.js";
export { Server } from "../../js/remote/server/server.js";
