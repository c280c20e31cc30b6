// Writes transactions to the database at a path until it is killed, and prints the number of each one that is committed.
import fs from "node:fs";

import { Database } from "keyloft";

import { verify, write } from "./model.js";

const db = await Database.openDirect(process.argv[2], { wait: 0 });
for (let number = verify(db) + 1; ; number++) {
  write(db, number);
  fs.writeSync(1, `${number}\n`);
}
