// Runs the scenario's WebAssembly, built for Node: `node run.mjs keyloft_demo.js`.
import { createRequire } from "node:module";
import { resolve } from "node:path";

globalThis.demo = {
  progress(done, of) {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r  ${done} of ${of} ${done < of ? "" : "\r\x1b[K"}`);
    }
  },
  step(name, result, took) {
    console.log(`${took.toFixed(2).padStart(9)} ms  ${name}: ${result}`);
  },
};

try {
  createRequire(import.meta.url)(resolve(process.argv[2])).runDemo();
} catch (error) {
  console.error(`error: ${error}`);
  process.exit(1);
}
