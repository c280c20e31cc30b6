// Both ends of a connection, for the tests.
export { DirectDatabase, memoryPort } from "../../js/direct.js";
export { KeyloftError } from "../../js/error.js";
export { Timestamp } from "../../js/row.js";
export { Connection, Remote } from "../../js/remote/connection.js";
export { Host } from "../../js/remote/host.js";
export * as members from "../../js/remote/members.js";
export { openAsync } from "../../js/remote/open.js";
export { stubClass } from "../../js/remote/stub.js";
