// The engine's file, made small.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

import { bin } from "./entries.mjs";
import { Module } from "./module.mjs";
import { order } from "./order.mjs";

/**
 * How it is done. Which features a module uses is written in it. The memory's first kilobyte is the end of a stack that has
 * room for a thousand of them: code that counts on nothing being there fails there as it does one call later anyway.
 */
const FLAGS = ["-Oz", "--converge", "--zero-filled-memory", "--low-memory-unused"];

/**
 * What makes the module smaller and what gzip makes of it larger is left out: to inline functions that are called from one
 * place, but for the smallest, by up to a twelfth; to keep what is computed twice in a variable, by a hundredth.
 */
const ALIKE = ["--one-caller-inline-max-function-size", "5", "--skip-pass", "local-cse"];

/** What only people read. */
const STRIP = ["--strip-debug", "--strip-producers"];

/**
 * Shrinks a module. Its functions have no names any more: which they had is written to `symbols`, by the numbers that the stack
 * of a crash tells.
 */
export function optimize(from, to, symbols) {
  run([...FLAGS, ...ALIKE, `--symbolmap=${symbols}`, ...STRIP, from, "-o", to]);
  const module = new Module(readFileSync(to));
  const names = readFileSync(symbols, "utf8").trimEnd().split("\n").map((line) => line.slice(line.indexOf(":") + 1));
  const digits = String(module.functions.length).length;
  for (const [rank, place] of order(module.functions).entries()) {
    const number = module.imported + place;
    names[number] = `${String(rank).padStart(digits, "0")} ${names[number]}`;
  }
  writeFileSync(to, module.named(names));
  run(["--reorder-functions-by-name", `--symbolmap=${symbols}`, ...STRIP, to, "-o", to]);
  writeFileSync(symbols, readFileSync(symbols, "utf8").replace(/^(\d+:)\d+ /gm, "$1"));
}

function run(words) {
  execFileSync(bin("wasm-opt"), words, { stdio: "inherit" });
}
