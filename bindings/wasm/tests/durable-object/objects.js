// The objects of the tests. Each request of `run.mjs` runs one function of an object, whose answer is JSON.
import { DurableObject } from "cloudflare:workers";
import * as api from "keyloft/durable-object";

import { runAll } from "../harness.js";
import "../suite/index.js";
import { bills } from "./bills.js";
import { crash, errors, handles, values } from "./checks.js";
import { contents, fill } from "./data.js";
import { separate } from "./storages.js";

class Called extends DurableObject {
  async fetch(request) {
    const name = new URL(request.url).pathname.slice(1);
    return Response.json((await this[name](await request.bytes())) ?? null);
  }
}

/** Runs the package's suite. */
export class Suite extends Called {
  async suite() {
    let databases = 0;
    class Database extends api.Database {
      static memory() {
        return api.Database.open({ storage: separate(storage, `t${databases++}`) });
      }
    }
    const { storage } = this.ctx;
    const { passed, failed } = await runAll({ ...api, Database });
    return [passed, failed.length];
  }
}

/** Has one database. */
export class Store extends Called {
  constructor(ctx, env) {
    super(ctx, env);
    this.db = api.Database.open(ctx);
  }

  fill() {
    fill(this.db);
  }

  contents() {
    return contents(this.db);
  }

  export() {
    return [...this.db.export()];
  }

  async import(bytes) {
    return (await this.db.import(bytes, { replace: true })).digest;
  }

  values() {
    values(this.db);
  }

  handles() {
    handles(api, this.ctx, this.db);
  }

  errors() {
    errors(api, this.ctx.storage);
  }

  bills() {
    this.db.close();
    const counted = bills(api, this.ctx.storage);
    this.db = api.Database.open(this.ctx);
    return counted;
  }

  crash() {
    this.db = crash(api, this.ctx, this.db);
  }
}

/** Has rows that expire. */
export class Expiring extends Called {
  constructor(ctx, env) {
    super(ctx, env);
    this.db = api.Database.open(ctx, { alarm: true });
    this.sessions = this.db.streamTable("app", "sessions");
    this.evictions = 0;
  }

  async alarm() {
    this.evictions += this.db.evictExpired();
  }

  /** Stores rows with these lifetimes. Returns the time of the storing, and that of the alarm after it. */
  async put(lifetimes) {
    const now = Date.now();
    const text = new TextDecoder().decode(lifetimes);
    this.db.transaction((tx) => {
      for (const ttl of JSON.parse(text)) tx.streamTable("app", "sessions").put(`${ttl}`, { ttl }, { now, ttl });
    });
    return { now, alarm: await this.ctx.storage.getAlarm() };
  }

  /** Begins to store a row, and fails. Returns whether the alarm is as before. */
  async fail() {
    const before = await this.ctx.storage.getAlarm();
    try {
      this.db.transaction((tx) => {
        tx.streamTable("app", "sessions").put("failed", {}, { ttl: 1 });
        throw new Error("the test fails");
      });
    } catch {
      return (await this.ctx.storage.getAlarm()) === before;
    }
  }

  /** Stores a row with another index of the name that the alarm looks for. It sets no alarm. */
  async collection() {
    const rows = this.db.collection("rows", { key: "string", index: { expires: "i64" } });
    const before = await this.ctx.storage.getAlarm();
    rows.put("a", { expires: 1n });
    return (await this.ctx.storage.getAlarm()) === before;
  }

  async state() {
    const all = this.db.partitions().find(({ name }) => name === "stream_app:sessions")?.entries ?? 0;
    return { all, evictions: this.evictions, alarm: await this.ctx.storage.getAlarm() };
  }
}

export default {
  fetch(request, env) {
    const [binding, object] = new URL(request.url).hostname.split(".");
    return env[binding.toUpperCase()].getByName(object).fetch(request);
  },
};
