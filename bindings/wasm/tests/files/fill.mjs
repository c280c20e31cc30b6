// Fills the database at a path until there is no space, and prints the code of the error and the number of rows.
import { Database } from "keyloft";

const db = await Database.openDirect(process.argv[2]);
const rows = db.collection("rows", { key: "u32" });
let put = 0;
try {
  for (; ; put++) rows.put(put, { text: "x".repeat(20_000) });
} catch (error) {
  console.log(error.code, put);
}
