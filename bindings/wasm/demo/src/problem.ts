// Errors for people: the library's code, its message, and its causes.

import { KeyloftError } from "keyloft";

import { h } from "./dom";

/** More advice for errors that the page knows more of. */
const HELP: { readonly [code: string]: string } = {
  AccessDenied: "Choose another principal at the top, or the program itself.",
  StorageUnavailable: "Nothing is kept in memory instead: what you would store here would be lost.",
  DatabaseLocked: "Nothing was opened. It is served to several tabs only if each of them shares it.",
  Poisoned: "The engine has stopped. Reload the page: what was committed is in the file.",
};

/** An error in one or two lines. */
export function problem(error: unknown): HTMLElement {
  const code = codeOf(error);
  const cause = error instanceof Error && error.cause !== undefined ? String(error.cause instanceof Error ? error.cause.message : error.cause) : undefined;
  return h(
    "div",
    { class: "problem", attrs: { role: "alert" }, data: { code } },
    code !== undefined && h("code", {}, code),
    h("span", {}, messageOf(error)),
    cause !== undefined && h("small", {}, `because: ${cause}`),
  );
}

/** An error in place of the rows. */
export function refusal(error: unknown, ...actions: HTMLElement[]): HTMLElement {
  const help = HELP[codeOf(error) ?? ""];
  return h("div", { class: "empty" }, problem(error), help !== undefined && h("p", {}, help), actions.length > 0 && h("div", { class: "actions" }, ...actions));
}

/** Returns the code of the library's error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof KeyloftError ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
