// Opens the database at a path and holds it open, or prints the code of the error.
import { Database } from "keyloft";

try {
  globalThis.held = await Database.openDirect(process.argv[2], { wait: 0 });
  console.log("open");
  process.stdin.resume();
} catch (error) {
  console.log(error.code);
}
