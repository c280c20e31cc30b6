// The lookup of a user by name, in the unique index `username`, in any case.

import type { User } from "keyloft";

import { button, fill, h } from "./dom";
import { facts } from "./dialog";
import { problem } from "./problem";

export class Lookup {
  private readonly input = h("input", { attrs: { type: "search", placeholder: "a name, in any case", "aria-label": "Look a user up by name", spellcheck: "false", autocomplete: "off" } });
  private readonly answer = h("output", { class: "answer" });
  private readonly find: (name: string) => Promise<User | undefined>;
  readonly element = h(
    "form",
    { class: "lookup", on: { submit: (event) => (event.preventDefault(), void this.look()) } },
    this.input,
    h("button", { class: "button", attrs: { type: "submit" } }, "Look up"),
    this.answer,
  );

  constructor(find: (name: string) => Promise<User | undefined>) {
    this.find = find;
  }

  /** Clears the answer. */
  clear(): void {
    fill(this.answer);
  }

  private async look(): Promise<void> {
    const name = this.input.value.trim();
    if (name === "") return this.clear();
    const close = button("Close", () => this.clear(), { icon: "close", class: "bare" });
    try {
      const user = await this.find(name);
      fill(this.answer, user === undefined ? h("p", {}, `Nobody is called ${JSON.stringify(name)}.`) : card(user), close);
    } catch (error) {
      fill(this.answer, problem(error), close);
    }
  }
}

function card({ username, userId, role, email, authType }: User): HTMLElement {
  return facts([
    ["name", username],
    ["id", userId],
    ["role", role],
    ["e-mail", email ?? "none"],
    ["signs in by", authType],
  ]);
}
