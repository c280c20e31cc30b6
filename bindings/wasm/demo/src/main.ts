// Opens the database and starts the page, or shows the error.

import { Database, init } from "keyloft";

import { App } from "./app";
import { button, fill, h } from "./dom";
import { refusal } from "./problem";
import { mark } from "./welcome";

/** The database's name. The address may name another, as `?database=other`. */
const name = new URLSearchParams(location.search).get("database") ?? "demo";

async function start(root: HTMLElement): Promise<void> {
  fill(root, h("div", { class: "empty" }, h("p", {}, `Opening ${name}…`)));
  try {
    await init();
    const db = await Database.open(name);
    await new App(db, name).start(root);
  } catch (error) {
    const again = button("Try again", () => void start(root), { text: "Try again", class: "primary" });
    const refused = refusal(error, again);
    refused.classList.add("welcome");
    refused.prepend(mark(), h("h1", {}, "The database can't be opened"));
    fill(root, refused);
  }
}

const root = document.getElementById("app");
if (root !== null) void start(root);
