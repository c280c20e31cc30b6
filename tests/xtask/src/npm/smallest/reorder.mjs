// Puts functions that are alike beside each other: `node reorder.mjs <wasm-opt> <module> <symbols>`.
//
// Both files are rewritten. `symbols` has a line for each function, `<number>:<name>`; the stack of a crash shows the numbers.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

import { Module } from "./module.mjs";
import { order } from "./order.mjs";

const [wasmOpt, file, symbols] = process.argv.slice(2);
if (symbols === undefined) throw new Error("usage: node reorder.mjs <wasm-opt> <module> <symbols>");

const module = new Module(readFileSync(file));
const names = readFileSync(symbols, "utf8").trimEnd().split("\n").map((line) => line.slice(line.indexOf(":") + 1));
// wasm-opt sorts by name, so each name begins with its rank, padded to one width.
const digits = String(module.functions.length).length;
for (const [rank, place] of order(module.functions).entries()) {
  const number = module.imported + place;
  names[number] = `${String(rank).padStart(digits, "0")} ${names[number]}`;
}
writeFileSync(file, module.named(names));
const words = ["--reorder-functions-by-name", `--symbolmap=${symbols}`, "--strip-debug", "--strip-producers", file, "-o", file];
execFileSync(wasmOpt, words, { stdio: "inherit" });
writeFileSync(symbols, readFileSync(symbols, "utf8").replace(/^(\d+:)\d+ /gm, "$1"));
