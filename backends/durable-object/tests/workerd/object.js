// A Durable Object that runs the conformance suite. A failed case is a panic, which ends the instance of the module.
import { DurableObject } from "cloudflare:workers";

import { instantiate } from "glue";
import module from "suite.wasm";

/** Storages in one object: each has tables of its own, whose names its queries get. */
class Storages {
  message = "";
  storages = [];
  failing = new Set();

  constructor(storage) {
    this.storage = storage;
  }

  fresh() {
    const { storage, failing } = this;
    const prefix = `t${this.storages.length}_`;
    const fake = {
      sql: {
        exec(query, ...bindings) {
          if (failing.has(fake)) throw new Error("the test makes it fail");
          return storage.sql.exec(query.replaceAll("keyloft_", prefix), ...bindings);
        },
      },
      transactionSync: (body) => storage.transactionSync(body),
      setAlarm: (time) => storage.setAlarm(time),
    };
    this.storages.push(prefix);
    return fake;
  }

  fail(storage, now) {
    if (now) this.failing.add(storage);
    else this.failing.delete(storage);
  }

  panicked(message) {
    this.message = message;
  }

  drop() {
    for (const prefix of this.storages) {
      for (const name of ["layout", "partitions", "entries", "pieces"]) this.storage.sql.exec(`DROP TABLE IF EXISTS ${prefix}${name}`);
    }
    this.storages = [];
  }
}

/** A new instance of the module over storages in the object. */
function begun(storage) {
  const storages = new Storages(storage);
  const suite = instantiate();
  suite.initSync({ module });
  suite.begin(storages);
  return { suite, storages };
}

export class Suite extends DurableObject {
  fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const { storage } = this.ctx;
    let { suite, storages } = begun(storage);
    // These are outside of the tables that the cases drop.
    if (pathname === "/keep") return Response.json(suite.keep(storage) ?? null);
    if (pathname === "/kept") return Response.json(suite.kept(storage));
    if (pathname === "/cases") return Response.json(suite.cases());
    const failed = [];
    for (const name of searchParams.get("cases").split(",")) {
      try {
        suite.run(name);
      } catch (error) {
        failed.push([name, `${storages.message}\n${error?.stack ?? error}`]);
        storages.drop();
        ({ suite, storages } = begun(storage));
      }
      storages.drop();
    }
    return Response.json(failed);
  }
}

export default {
  fetch(request, env) {
    return env.SUITE.getByName("suite").fetch(request);
  },
};
