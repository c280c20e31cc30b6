// The engine's file, made small.
import { execFileSync } from "node:child_process";

import { bin } from "./entries.mjs";

/**
 * How it is done. Which features a module uses is written in it. The memory's first kilobyte is the end of a stack that has
 * room for a thousand of them: code that counts on nothing being there fails there as it does one call later anyway.
 */
const FLAGS = ["-Oz", "--converge", "--zero-filled-memory", "--low-memory-unused"];

/**
 * What makes the module smaller and what gzip makes of it larger is left out: to inline functions that are called from one
 * place, but for the smallest, by up to a twelfth; to keep what is computed twice in a variable, by less than a hundredth.
 */
const ALIKE = ["--one-caller-inline-max-function-size", "5", "--skip-pass", "local-cse"];

/** By their names, functions that are one for different types are beside each other, where gzip sees that they are alike. */
const LAST = ["--reorder-functions-by-name", "--strip-debug", "--strip-producers"];

/** Shrinks a module. */
export function optimize(from, to) {
  execFileSync(bin("wasm-opt"), [...FLAGS, ...ALIKE, ...LAST, from, "-o", to], { stdio: "inherit" });
}
