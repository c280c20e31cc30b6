// The engine's file, made small.
import { execFileSync } from "node:child_process";

import { bin } from "./entries.mjs";

/**
 * How it is done. Which features a module uses is written in it. The memory's first kilobyte is the end of a stack that has
 * room for a thousand of them: code that counts on nothing being there fails there as it does one call later anyway.
 */
const FLAGS = ["-Oz", "--converge", "--zero-filled-memory", "--low-memory-unused"];

/**
 * Functions that are called from one place are left as they are, but for the smallest: inlined, they make the module smaller
 * and what gzip makes of it larger, by a twelfth.
 */
const SEPARATE = ["--one-caller-inline-max-function-size", "5"];

/** By their names, functions that are one for different types are beside each other, where gzip sees that they are alike. */
const LAST = ["--reorder-functions-by-name", "--strip-debug", "--strip-producers"];

/** Shrinks a module. */
export function optimize(from, to) {
  execFileSync(bin("wasm-opt"), [...FLAGS, ...SEPARATE, ...LAST, from, "-o", to], { stdio: "inherit" });
}
