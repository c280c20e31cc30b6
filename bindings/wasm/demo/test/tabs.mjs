// Tabs with the page in them: what is done there, and what is waited for.
import { until } from "./checks.mjs";
import { install } from "./hands.mjs";

/** Gives a tab the hands that it is driven by. */
export const equip = (page) => page.evaluate(install);

/** Does something by one of the hands, or looks at something. */
export const hand = (page, name, ...args) => page.evaluate((name, args) => globalThis.hands[name](...args), name, args);

/** The keys of the rows that are shown. */
export const ids = (page) => hand(page, "ids");

/** Presses a button, once there is one and it would be heard. */
export const press = (page, name) =>
  until(async () => (await hand(page, "idle")) && (await hand(page, "press", name)), `no button ${name}`);

/** Answers the question, once it is asked. */
export const answer = (page, name) => until(() => hand(page, "answer", name), `no question with the answer ${name}`);

/** Chooses who asks, once they are offered. */
export const as = (page, name) => until(() => hand(page, "as", name), `nobody is called ${name}`);

/** Waits for what the page shows to be this. */
export async function shows(page, name, wanted, ...args) {
  const seen = async () => JSON.stringify(await hand(page, name, ...args));
  const expected = JSON.stringify(wanted);
  await until(async () => (await seen()) === expected, async () => `${name}(${args}) is ${await seen()}, not ${expected}`);
}

/** Waits for a row. */
export const row = (page, id) =>
  until(async () => (await hand(page, "idle")) && (await ids(page)).includes(id), `no row ${id}`);

/** Goes to another table, and waits for a row of it. */
export async function go(page, hash, id) {
  await page.evaluate((hash) => void (location.hash = hash), hash);
  await row(page, id);
}

export async function reload(page) {
  await page.reload();
  await equip(page);
}

/** A tab that another one hides isn't painted. */
export const front = (page) => page.send("Page.bringToFront");

/** Shows the page as one who prefers the dark sees it, or the light. */
export const dark = (page, on) =>
  page.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: on ? "dark" : "light" }] });
