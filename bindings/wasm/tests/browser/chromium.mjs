// A browser without a window, driven over its debugging pipe. Needs nothing but Node and Chromium, which the variable
// CHROMIUM names, or the PATH.
//
//     const server = await serve({ "/": folder, "/keyloft/": installed });
//     const browser = await launch();
//     const page = await browser.open(`${server.url}/page.html`);
//     const title = await page.evaluate((suffix) => document.title + suffix, "!");
//     await page.screenshot("page.png", { width: 1280, height: 800 });
//     console.log(page.log); // what the page and its workers have said, each a { level, text }
//     await browser.close();
//     await server.close();
import { writeFile } from "node:fs/promises";

import { emptyProfile, Program } from "./program.mjs";

export { serve } from "./serve.mjs";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  // Chromium slows hidden tabs down.
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
  "--remote-debugging-pipe",
];

/** The longest time that one call of the browser takes, in milliseconds. After it the browser is taken to hang. */
const LIMIT = 300_000;

/** Starts the browser with an empty profile, which is deleted when it is closed. */
export async function launch({ flags = [] } = {}) {
  const profile = await emptyProfile("chromium");
  const args = [...FLAGS, ...flags, `--user-data-dir=${profile}`, "about:blank"];
  const options = { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] };
  const program = new Program(process.env.CHROMIUM ?? "chromium", args, options, profile);
  const connection = new Connection(program.child);
  const browser = new Browser(program, connection);
  await connection.send("Browser.getVersion").catch(async (error) => {
    await browser.close();
    throw error;
  });
  return browser;
}

/** The connection to the browser: commands, answers and events. */
class Connection {
  #child;
  #waiting = new Map();
  #listeners = new Map();
  #last = 0;
  #said = "";
  #rest = "";
  #dead;

  constructor(child) {
    this.#child = child;
    const [, , errors, input, output] = child.stdio;
    errors.setEncoding("utf8").on("data", (text) => (this.#said = (this.#said + text).slice(-4000)));
    output.setEncoding("utf8").on("data", (text) => this.#read(text));
    input.on("error", () => undefined);
    child.once("error", (error) => this.#end(new Error(`the browser can't be started: ${error.message}`)));
    child.once("exit", (code) => this.#end(new Error(`the browser has ended with ${code}:\n${this.#said}`)));
  }

  send(method, params = {}, sessionId = undefined) {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => this.#settle(id, { error: { message: `no answer in ${LIMIT} ms` } }), LIMIT);
      this.#waiting.set(id, { method, sessionId, resolve, reject, limit });
      this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** Calls back with the events of a session. When the session ends, its pending commands fail. */
  listen(sessionId, listener) {
    this.#listeners.set(sessionId, listener);
  }

  #read(text) {
    const messages = (this.#rest + text).split("\0");
    this.#rest = messages.pop();
    for (const text of messages) {
      const message = JSON.parse(text);
      if (message.id !== undefined) this.#settle(message.id, message);
      else this.#tell(message);
    }
  }

  #settle(id, { result, error }) {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.limit);
    if (error) waiting.reject(new Error(`${waiting.method}: ${error.message}`));
    else waiting.resolve(result);
  }

  #tell({ method, params, sessionId }) {
    if (method === "Target.detachedFromTarget") {
      this.#listeners.delete(params.sessionId);
      for (const [id, waiting] of this.#waiting) {
        if (waiting.sessionId === params.sessionId) this.#settle(id, { error: { message: "the tab has gone" } });
      }
    }
    this.#listeners.get(sessionId)?.(method, params);
  }

  #end(error) {
    this.#dead ??= error;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, { error });
  }
}

class Browser {
  #program;
  #connection;
  #private;

  constructor(program, connection) {
    this.#program = program;
    this.#connection = connection;
  }

  /** Returns the name and the version. */
  async version() {
    return (await this.#connection.send("Browser.getVersion")).product;
  }

  /** Opens a tab, in a private window if `inPrivate` is set. The tabs of either kind share the storage of an origin. */
  async open(url, inPrivate = false) {
    if (inPrivate) this.#private ??= (await this.#connection.send("Target.createBrowserContext")).browserContextId;
    const where = inPrivate ? { browserContextId: this.#private } : {};
    const { targetId } = await this.#connection.send("Target.createTarget", { url: "about:blank", ...where });
    const { sessionId } = await this.#connection.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this.#connection, targetId, sessionId);
    await page.begin();
    await page.goto(url);
    return page;
  }

  close() {
    return this.#program.end(() => void this.#connection.send("Browser.close").catch(() => undefined));
  }
}

class Page {
  /** The console messages of the page and its workers, and their uncaught errors, in order. */
  log = [];
  #connection;
  #targetId;
  #sessionId;
  #loaded;
  #crashed;

  constructor(connection, targetId, sessionId) {
    this.#connection = connection;
    this.#targetId = targetId;
    this.#sessionId = sessionId;
  }

  async begin() {
    this.#connection.listen(this.#sessionId, (...told) => this.#hear(...told));
    await this.send("Page.enable");
    await this.send("Inspector.enable");
    await this.send("Log.enable");
    await this.#follow(this.#sessionId);
  }

  /** Sends a command of the browser's protocol to this tab. */
  send(method, params) {
    return this.#connection.send(method, params, this.#sessionId);
  }

  async goto(url) {
    const loaded = new Promise((resolve) => (this.#loaded = resolve));
    const { errorText } = await this.send("Page.navigate", { url });
    if (errorText) throw new Error(`${url}: ${errorText}`);
    await loaded;
  }

  async reload() {
    const loaded = new Promise((resolve) => (this.#loaded = resolve));
    await this.send("Page.reload");
    await loaded;
  }

  /** Calls the function in the page with these arguments, or evaluates the text. Returns the awaited result as JSON. */
  async evaluate(script, ...args) {
    const expression = typeof script === "function" ? `(${script})(...${JSON.stringify(args)})` : script;
    const options = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", options);
    if (exceptionDetails) throw new Error(exceptionText(exceptionDetails));
    return result.value;
  }

  /** Saves a screenshot of the tab as a PNG, with the window at this size in CSS pixels if one is given. */
  async screenshot(path, { width, height, scale = 1, whole = false } = {}) {
    if (width !== undefined) await this.resize(width, height, scale);
    const { data } = await this.send("Page.captureScreenshot", { format: "png", captureBeyondViewport: whole });
    await writeFile(path, Buffer.from(data, "base64"));
  }

  resize(width, height, scale = 1) {
    return this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: scale, mobile: false });
  }

  /** Ends the tab's process. */
  async crash() {
    const crashed = new Promise((resolve) => (this.#crashed = resolve));
    // A page that is crashed while it works does not answer.
    await Promise.race([crashed, this.send("Page.crash").catch(() => undefined)]);
  }

  /** Closes the tab as its user would. */
  close() {
    return this.#connection.send("Target.closeTarget", { targetId: this.#targetId });
  }

  #hear(method, params) {
    switch (method) {
      case "Page.loadEventFired":
        this.#loaded?.();
        break;
      case "Inspector.targetCrashed":
        this.#crashed?.();
        break;
      case "Runtime.consoleAPICalled":
        this.log.push({ level: params.type, text: params.args.map(shown).join(" ") });
        break;
      case "Runtime.exceptionThrown":
        this.log.push({ level: "error", text: exceptionText(params.exceptionDetails) });
        break;
      case "Log.entryAdded": {
        const { source, level, text, url = "" } = params.entry;
        // Workers have sessions of their own, which send their messages.
        if (source !== "worker") this.log.push({ level, text: `${text} ${url}` });
        break;
      }
      case "Target.attachedToTarget":
        this.#connection.listen(params.sessionId, (...told) => this.#hear(...told));
        // A worker that has ended sends nothing more.
        this.#follow(params.sessionId).catch(() => undefined);
        break;
    }
  }

  /** Subscribes to the messages of a page or a worker, and of its workers. */
  async #follow(sessionId) {
    const send = (method, params) => this.#connection.send(method, params, sessionId);
    // The commands are sent together: a worker starts after the last one.
    await Promise.all([
      send("Runtime.enable"),
      send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }),
      send("Runtime.runIfWaitingForDebugger"),
    ]);
  }
}

function exceptionText({ text, exception }) {
  return exception?.description ?? (exception === undefined ? text : `${text} ${shown(exception)}`);
}

function shown({ value, unserializableValue, description, type }) {
  if (typeof value === "string") return value;
  return unserializableValue ?? description ?? (value === undefined ? type : JSON.stringify(value));
}
