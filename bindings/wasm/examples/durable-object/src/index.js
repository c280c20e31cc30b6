// Notes of tenants: each tenant has a Durable Object, and in it a database with notes and sessions.
import { DurableObject } from "cloudflare:workers";
import { Database } from "keyloft/durable-object";

const NOTES = { key: "string", index: { author: "string" } };

/** A session ends after this time without a request, in milliseconds, unless the configuration sets another. */
const SESSION = 30 * 60 * 1000;

/** The object of a tenant. Its methods are called from the Worker. */
export class Tenant extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    // With `alarm`, a write of a row that expires sets the object's alarm.
    this.db = Database.open(ctx, { alarm: true });
    this.notes = this.db.collection("notes", NOTES);
    this.sessions = this.db.streamTable("app", "sessions");
    this.lifetime = env.SESSION_MILLISECONDS ?? SESSION;
  }

  /** Evicts the sessions that have ended, and sets the alarm for the next one. */
  alarm() {
    this.db.evictExpired();
  }

  signIn(session, user) {
    this.sessions.put(session, { user }, { ttl: this.lifetime });
  }

  /** Stores a note of a session's user, and prolongs the session: both, or neither. Returns `false` without a session. */
  write(session, id, text) {
    return this.db.transaction((tx) => {
      const sessions = tx.streamTable("app", "sessions");
      const user = sessions.get(session)?.row.user;
      if (user === undefined) return false;
      sessions.put(session, { user }, { ttl: this.lifetime });
      tx.collection("notes", NOTES).put(id, { author: user, text });
      return true;
    });
  }

  /** Returns the notes of an author. */
  by(author) {
    return this.notes.by("author").findAll(author).map(([id, { text }]) => ({ id, text }));
  }

  /** Returns all data. Any other Keyloft database can import it, such as one in a browser. */
  backup() {
    return this.db.export();
  }
}

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const [tenant, action, id] = url.pathname.slice(1).split("/").map(decodeURIComponent);
    if (!tenant) return new Response("the path needs a tenant", { status: 404 });
    const object = env.TENANTS.getByName(tenant);
    const session = request.headers.get("session") ?? "";
    switch (`${request.method} ${action}`) {
      case "POST sessions": {
        // A real service would check a password here.
        const created = crypto.randomUUID();
        await object.signIn(created, await request.text());
        return new Response(created);
      }
      case "PUT notes":
        return new Response(null, { status: (await object.write(session, id, await request.text())) ? 204 : 401 });
      case "GET notes":
        return Response.json(await object.by(url.searchParams.get("author") ?? ""));
      case "GET backup":
        return new Response(await object.backup());
      default:
        return new Response("there is no such page", { status: 404 });
    }
  },
};
