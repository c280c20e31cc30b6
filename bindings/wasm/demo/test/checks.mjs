// Checks that are counted, and waiting for what comes in its own time.
import { deepStrictEqual } from "node:assert";

/** How long something may take to show, in milliseconds. */
const LIMIT = 60_000;

let passed = 0;
let failed = 0;

/** Runs a check; those after it are run even if it fails. */
export async function check(name, body) {
  try {
    await body();
    passed++;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}\n${error instanceof Error ? error.stack : error}`);
  }
}

export function equal(actual, expected, message) {
  deepStrictEqual(actual, expected, message);
}

/** Waits until it is so; `otherwise` says what is missing. */
export async function until(so, otherwise) {
  const end = Date.now() + LIMIT;
  while (!(await so())) {
    if (Date.now() > end) throw new Error(typeof otherwise === "function" ? await otherwise() : otherwise);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Says how many passed, and fails the program if any failed. */
export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
