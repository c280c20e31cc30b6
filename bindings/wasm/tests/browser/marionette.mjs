// Marionette, the protocol of Firefox: commands and their answers over TCP, as JSON.
import { once } from "node:events";
import { connect } from "node:net";

/** The longest time that one command takes, in milliseconds. After it the browser is taken to hang. */
export const LIMIT = 300_000;

export class Marionette {
  #socket;
  #waiting = new Map();
  #last = 0;
  #rest = Buffer.alloc(0);
  #turn = Promise.resolve();
  #dead;

  async connect(port) {
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.on("data", (bytes) => this.#read(bytes));
    await once(this.#socket, "connect");
    // The browser has ended, which its own process reports.
    this.#socket.on("error", () => undefined);
  }

  send(name, params = {}) {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => this.#settle(id, { message: `no answer in ${LIMIT} ms` }), LIMIT);
      this.#waiting.set(id, { name, resolve, reject, limit });
      const command = JSON.stringify([0, id, name, params]);
      this.#socket?.write(`${Buffer.byteLength(command)}:${command}`);
    });
  }

  /** Calls `body` while commands go to this tab. They go to the tab of the last switch, so the tabs take turns. */
  in(handle, body) {
    const done = this.#turn.then(async () => {
      await this.send("WebDriver:SwitchToWindow", { handle, focus: false });
      return body();
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Fails the pending commands and all later ones. */
  end(error) {
    this.#dead ??= error;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, error);
  }

  /** Reads messages, each after its length in bytes and a colon. */
  #read(bytes) {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const colon = this.#rest.indexOf(":");
      const end = colon + 1 + Number(this.#rest.subarray(0, colon));
      if (colon < 0 || this.#rest.length < end) return;
      const message = JSON.parse(this.#rest.subarray(colon + 1, end));
      this.#rest = this.#rest.subarray(end);
      // The first message is a greeting.
      if (Array.isArray(message)) this.#settle(...message.slice(1));
    }
  }

  #settle(id, error, result) {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.limit);
    if (error) waiting.reject(new Error(`${waiting.name}: ${error.message}`));
    else waiting.resolve(result);
  }
}
