import { equal, ok, test } from "../../harness.js";
import { close, remote, settle } from "./setup.js";

/** Returns pseudo-random numbers, the same ones each time. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Sends raw messages, and returns the answers. */
async function say(ends, setup, posts) {
  const { port1, port2 } = new MessageChannel();
  const answers = [];
  port1.onmessage = ({ data }) => {
    if (Array.isArray(data)) answers.push(...data);
  };
  setup.server.serve("stranger", port2, 1000, "leader");
  for (const post of posts) port1.postMessage(post);
  await settle();
  await settle();
  setup.server.end("stranger");
  port1.close();
  return answers;
}

test("only public members can be used", async (ends) => {
  const setup = remote(ends);
  const names = "constructor __proto__ prototype toString hasOwnProperty context handles stage close closed __defineGetter__ valueOf".split(" ");
  const posts = names.map((name, id) => [{ id, on: 0, name, args: [] }]);
  const made = names.map((name, i) => [{ id: 100 + i, make: 1000 + i, on: 0, name, args: [] }]);
  const inStore = ["context", "handle", "shape", "write", "batchOf", "call", "constructor"].map((name, i) => [
    { make: 2000 + i, on: 0, name: "users", args: [] },
    { id: 200 + i, on: 2000 + i, name, args: [] },
  ]);
  const wrong = [[{ id: 300, on: 0, name: "users", args: [] }], [{ id: 301, on: 0, name: "snapshot", args: [] }], [{ id: 302, make: 3000, on: 0, name: "digest", args: [] }]];
  const answers = await say(ends, setup, [...posts, ...made, ...inStore, ...wrong]);
  equal(answers.length, names.length * 2 + inStore.length + wrong.length);
  for (const { id, error } of answers) equal(error?.code, "InvalidArgument", `${id}`);
  await close(setup);
});

test("whatever is sent, the server answers or ignores it, and goes on", async (ends) => {
  const setup = remote(ends);
  await setup.there.users.put({ userId: "1", username: "a" });
  const names = [...Object.keys(ends.api.DATABASE), "get", "put", "chunk", "take", "next", "seek", "watch", "update", "by", "nonsense"].filter((name) => name !== "import");
  let asked = 0;
  for (let seed = 0; seed < 40; seed++) {
    const pick = random(seed);
    const value = (depth = 0) => {
      const kinds = [
        () => undefined, () => null, () => pick(5), () => -1.5, () => NaN, () => 2n ** 70n, () => "1", () => "__proto__", () => new Uint8Array(3),
        () => new Date(NaN), () => new Map([["ms", "x"]]), () => true, () => new Error("e"), () => names[pick(names.length)],
        () => (depth > 3 ? [] : Array.from({ length: pick(4) }, () => value(depth + 1))),
        () => (depth > 3 ? {} : Object.fromEntries(Array.from({ length: pick(4) }, () => [["key", "limit", "prefix", "userId", "type", "ms"][pick(6)], value(depth + 1)]))),
      ];
      return kinds[pick(kinds.length)]();
    };
    const posts = [];
    for (let i = 0; i < 100; i++) {
      const message = {};
      if (pick(4)) message.id = pick(8) ? asked++ : value();
      if (pick(3) === 0) message.make = pick(8) ? pick(20) : value();
      if (pick(8)) message.on = pick(8) ? pick(20) : value();
      if (pick(8)) message.name = pick(8) ? names[pick(names.length)] : value();
      if (pick(8)) message.args = pick(4) ? Array.from({ length: pick(4) }, () => value()) : value();
      if (pick(6) === 0) message.times = value();
      if (pick(10) === 0) message.drop = pick(8) ? pick(20) : value();
      if (pick(10) === 0) message.end = pick(8) ? pick(20) : value();
      if (pick(10) === 0) message.commit = value();
      posts.push(pick(20) ? [message] : value());
    }
    await say(ends, setup, posts);
    // The database works, and no transaction is left open.
    await setup.there.users.put({ userId: `seed ${seed}`, username: `seed ${seed}` });
    ok((await setup.there.users.count()) >= 0);
  }
  await close(setup);
});
