// Headless Firefox, driven by its own protocol. It needs nothing but Node and Firefox, which the variable FIREFOX names,
// or the PATH. It has the interface of chromium.mjs, without screenshots.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { LIMIT, Marionette } from "./marionette.mjs";
import { emptyProfile, Program } from "./program.mjs";

export { serve } from "./serve.mjs";

const PREFERENCES = {
  // Firefox writes the free port that it chose into its profile.
  "marionette.port": 0,
  // Updates, studies and block lists are off. Loopback needs no names.
  "network.dns.disabled": true,
  // Firefox slows hidden tabs down.
  "dom.min_background_timeout_value_without_budget_throttling": 4,
  // Each tab has a process of its own, so that it crashes alone.
  "dom.ipc.processCount.webIsolated": 64,
  // The question whether a site's data are kept is answered with yes.
  "dom.storageManager.prompt.testing": true,
  "dom.storageManager.prompt.testing.allow": true,
  // Firefox writes the console messages of pages and workers to standard output.
  "devtools.console.stdout.content": true,
};

/** Scripts run beside the page with globals of their own. This one has the page itself evaluate a text. */
const EVALUATE = `
  const [expression, answer] = arguments;
  (async () => window.eval(expression))().then(
    (value) => answer(JSON.stringify({ value })),
    (error) => answer(JSON.stringify({ error: String(error) + "\\n" + (error?.stack ?? "") })),
  );`;

/** Starts the browser with an empty profile, which is deleted when it is closed. */
export async function launch() {
  const profile = await emptyProfile("firefox");
  const preferences = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${value});\n`);
  await writeFile(join(profile, "user.js"), preferences.join(""));
  const args = ["--headless", "--marionette", "--no-remote", "--profile", profile];
  // Firefox refuses a home directory of another user.
  const env = { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: "1" };
  const options = { stdio: ["ignore", "pipe", "pipe"], env };
  const browser = new Browser(new Program(process.env.FIREFOX ?? "firefox-esr", args, options, profile), profile);
  await browser.begin().catch(async (error) => {
    await browser.close();
    throw error;
  });
  return browser;
}

class Browser {
  /** The console messages of pages and workers, and their uncaught errors. */
  log = [];
  #program;
  #profile;
  #marionette = new Marionette();
  #ended;
  #version;
  /** The first tab, which stays open: without it there are no others. */
  #first;

  constructor(program, profile) {
    const { child } = program;
    this.#program = program;
    this.#profile = profile;
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", (line) => this.#hear(line));
    child.once("error", (error) => this.#end(`the browser can't be started: ${error.message}`));
    child.once("exit", (code) => this.#end(`the browser has ended with ${code}:\n${this.log.map(({ text }) => text).join("\n")}`));
  }

  async begin() {
    await this.#marionette.connect(await this.#port());
    const { capabilities } = await this.#marionette.send("WebDriver:NewSession");
    this.#version = `Firefox ${capabilities.browserVersion}`;
    await this.#marionette.send("WebDriver:SetTimeouts", { script: LIMIT });
    this.#first = (await this.#marionette.send("WebDriver:GetWindowHandle")).value;
  }

  /** Returns the name and the version. */
  async version() {
    return this.#version;
  }

  /** Opens a tab. All tabs share the storage of an origin. */
  async open(url) {
    const opened = () => this.#marionette.send("WebDriver:NewWindow", { type: "tab" });
    const { handle } = await this.#marionette.in(this.#first, opened);
    const page = new Page(this, this.#marionette, handle);
    await page.goto(url);
    return page;
  }

  close() {
    const flags = ["eForceQuit"];
    return this.#program.end(() => void this.#marionette.send("Marionette:Quit", { flags }).catch(() => undefined));
  }

  /** Returns the port, once Firefox listens. */
  async #port() {
    for (const end = Date.now() + LIMIT; Date.now() < end; await sleep(20)) {
      if (this.#ended) throw this.#ended;
      const port = await readFile(join(this.#profile, "MarionetteActivePort"), "utf8").catch(() => "");
      if (port !== "") return Number(port);
    }
    throw new Error(`the browser does not listen after ${LIMIT} ms`);
  }

  #hear(line) {
    const [, console, javascript, text] = /^(?:console\.(\w+)|JavaScript (\w+)): (.*)$/.exec(line) ?? [];
    const level = console ?? javascript;
    if (level === undefined && this.log.length > 0) this.log.at(-1).text += `\n${line}`;
    // Firefox shows texts as literals of a script.
    else this.log.push({ level: level ?? "info", text: (text ?? line).replaceAll("\\n", "\n") });
  }

  #end(message) {
    this.#ended = new Error(message);
    this.#marionette.end(this.#ended);
  }
}

class Page {
  #browser;
  #marionette;
  #handle;
  #before;

  constructor(browser, marionette, handle) {
    this.#browser = browser;
    this.#marionette = marionette;
    this.#handle = handle;
    this.#before = browser.log.length;
  }

  /** The messages since the tab was opened, in any tab: Firefox does not say in which. */
  get log() {
    return this.#browser.log.slice(this.#before);
  }

  goto(url) {
    return this.#send("WebDriver:Navigate", { url });
  }

  reload() {
    return this.#send("WebDriver:Refresh");
  }

  /** Calls the function in the page with these arguments, or evaluates the text. Returns the awaited result as JSON. */
  async evaluate(script, ...args) {
    const expression = typeof script === "function" ? `(${script})(...${JSON.stringify(args)})` : script;
    const command = { script: EVALUATE, args: [expression] };
    // Other commands run while this one waits for its result.
    const { answer } = await this.#marionette.in(this.#handle, () => ({
      answer: this.#marionette.send("WebDriver:ExecuteAsyncScript", command),
    }));
    const text = (await answer).value;
    if (text === null) throw new Error("the page has gone");
    const { value, error } = JSON.parse(text);
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /** Ends the tab's process. */
  async crash() {
    const script = "return Services.appinfo.processID";
    const { value: pid } = await this.#send("WebDriver:ExecuteScript", { script, args: [], sandbox: "system" });
    process.kill(pid, "SIGKILL");
  }

  /** Closes the tab as its user would. */
  close() {
    return this.#send("WebDriver:CloseWindow");
  }

  #send(name, params) {
    return this.#marionette.in(this.#handle, () => this.#marionette.send(name, params));
  }
}
