// The engine's file, made small.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

import { bin } from "./entries.mjs";
import { named } from "./order.mjs";

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

/** What only people read. */
const STRIP = ["--strip-debug", "--strip-producers"];

/**
 * Shrinks a module. Its functions have no names any more: which they had, by the numbers that the stack of a crash tells, is
 * written to `symbols`.
 */
export function optimize(from, to, symbols) {
  run([...FLAGS, ...ALIKE, `--symbolmap=${symbols}`, ...STRIP, from, "-o", to]);
  const { order, module } = named(readFileSync(to));
  const names = readFileSync(symbols, "utf8").trim().split("\n");
  const renumbered = [...names.slice(0, names.length - order.length), ...order.map((number) => names[number])];
  writeFileSync(symbols, renumbered.map((line, number) => `${number}${line.slice(line.indexOf(":"))}\n`).join(""));
  writeFileSync(to, module);
  run(["--reorder-functions-by-name", ...STRIP, to, "-o", to]);
}

function run(words) {
  execFileSync(bin("wasm-opt"), words, { stdio: "inherit" });
}
