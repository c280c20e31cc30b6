// Shrinks an engine's module with wasm-opt.
import { execFileSync } from "node:child_process";

import { bin } from "./entries.mjs";

/**
 * The optimizations. wasm-opt reads the features that a module uses from the module. The memory's first kilobyte is the end of
 * a stack that has room for a thousand of them: code that relies on its being unused fails one call later anyway.
 */
const FLAGS = ["-Oz", "--converge", "--zero-filled-memory", "--low-memory-unused"];

/**
 * Turns off what makes the module smaller but its gzip larger: inlining functions that have one caller, but for the smallest,
 * costs up to a twelfth; keeping in a variable what is computed twice costs a hundredth.
 */
const ALIKE = ["--one-caller-inline-max-function-size", "5", "--skip-pass", "local-cse"];

/** Removes what only people read. */
const STRIP = ["--strip-debug", "--strip-producers"];

/**
 * Shrinks the module `from` into `to`. The result has no names of functions: they are written to `symbols`, a line
 * `<number>:<name>` for each; the stack of a crash shows the numbers.
 */
export function optimize(from, to, symbols) {
  const words = [...FLAGS, ...ALIKE, `--symbolmap=${symbols}`, ...STRIP, from, "-o", to];
  execFileSync(bin("wasm-opt"), words, { stdio: "inherit" });
}
