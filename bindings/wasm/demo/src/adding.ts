// The question for a new row: its key, and the columns that the rows beside it have.

import type { Row, Value } from "keyloft";

import { ask } from "./dialog";
import { h } from "./dom";
import { CHOICES } from "./forms";
import type { Entry } from "./rows";
import { parse, show, typeOf, Unreadable } from "./value";

/** Asks for a row like `entries`. Returns nothing if the answer is no. Throws if a text is not what its column holds. */
export async function askForRow(table: string, columns: readonly string[], entries: readonly Entry[], beside: Element): Promise<Entry | undefined> {
  const samples = new Map(columns.map((name) => [name, entries.find((entry) => (entry.columns[name] ?? null) !== null)?.columns[name] ?? null]));
  const key = h("input", { attrs: { type: "text", spellcheck: "false", placeholder: entries[0]?.id ?? "" } });
  const inputs = columns.map((name) => {
    const example = CHOICES[name]?.join(", ") ?? show(samples.get(name) ?? undefined);
    return [name, h("input", { attrs: { type: "text", spellcheck: "false", placeholder: example } })] as const;
  });
  const json = h("input", { attrs: { type: "text", spellcheck: "false", placeholder: '{ "name": "value" }' } });
  const field = (name: string, input: HTMLElement): HTMLElement => h("label", {}, h("span", {}, name), input);
  const fields = [field("key", key), ...(columns.length === 0 ? [field("columns", json)] : inputs.map(([name, input]) => field(name, input)))];
  if (!(await ask(`A new row of ${table}`, [h("div", { class: "fields" }, ...fields)], "Add the row", false, beside))) return undefined;
  const row: Row = columns.length === 0 && json.value.trim() !== "" ? fromJson(json.value) : {};
  for (const [name, input] of inputs) if (input.value !== "") row[name] = parse(input.value, typeOf(samples.get(name) ?? null));
  return { id: key.value, key: keyLike(key.value, entries[0]?.key), columns: row, kept: {} };
}

/** Returns the key of a text, of the type of another key. Without one it is text. */
function keyLike(text: string, example: unknown): unknown {
  if (Array.isArray(example)) {
    const parts = text.split(text.includes(" · ") ? " · " : ":");
    if (parts.length !== example.length) throw new Unreadable(`${JSON.stringify(text)} is no key of ${example.length} parts: write ${example.map(() => "…").join(" · ")}`);
    return parts.map((part, i) => keyLike(part, example[i]));
  }
  if (example instanceof Uint8Array) return new TextEncoder().encode(text);
  return typeof example === "string" || example === undefined ? text : parse(text, typeOf(example as Value));
}

function fromJson(text: string): Row {
  try {
    return JSON.parse(text) as Row;
  } catch (cause) {
    throw new Unreadable(`${JSON.stringify(text)} is not JSON`, { cause });
  }
}
