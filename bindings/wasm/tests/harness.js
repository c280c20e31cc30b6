// A test runner that runs in any JavaScript runtime: `test` collects tests, `runAll` runs and reports them.

/** @type {{ name: string, body: (api: any) => unknown }[]} */
const tests = [];

/** Adds a test. `body` gets the exports of the package. */
export function test(name, body) {
  tests.push({ name, body });
}

/** Runs all tests in order, each by `run`. Returns the number that passed, and the failed ones. */
export async function runAll(api, log = console.log, run = (body) => body(api)) {
  const failed = [];
  for (const { name, body } of tests) {
    try {
      await run(body);
    } catch (error) {
      failed.push({ name, error });
      log(`FAILED ${name}\n${stack(error)}${error?.cause ? `\ncaused by ${stack(error.cause)}` : ""}`);
    }
  }
  log(`${tests.length - failed.length} passed, ${failed.length} failed`);
  return { passed: tests.length - failed.length, failed };
}

/** Returns the error with its stack, which begins with it only in some engines. */
function stack(error) {
  const stack = `${error?.stack ?? ""}`;
  return stack.includes(`${error}`) ? stack : `${error}\n${stack}`;
}

/** Throws unless the values are deeply equal, with the same types and prototypes. */
export function equal(actual, expected, what = "") {
  const where = difference(actual, expected, "");
  if (where !== undefined) {
    throw new Error(`${what}${what && ": "}differs${where && ` at ${where}`}: ${show(actual)}, expected ${show(expected)}`);
  }
}

/** Throws unless the condition holds. */
export function ok(condition, what = "it should hold") {
  if (!condition) throw new Error(what);
}

/** Throws unless the call throws an error with this code. Returns that error. */
export function throws(api, code, call) {
  try {
    call();
  } catch (error) {
    return coded(api, code, error);
  }
  throw new Error(`nothing was thrown, expected ${code}`);
}

/** Throws unless the promise rejects with an error of this code. Returns that error. */
export async function rejects(api, code, promise) {
  try {
    await promise;
  } catch (error) {
    return coded(api, code, error);
  }
  throw new Error(`nothing was thrown, expected ${code}`);
}

function coded(api, code, error) {
  if (!(error instanceof api.KeyloftError)) throw new Error(`not a KeyloftError: ${error?.stack ?? error}`, { cause: error });
  if (error.code !== code) throw new Error(`code ${error.code}, expected ${code}: ${error.message}`, { cause: error });
  return error;
}

function difference(a, b, at) {
  if (Object.is(a, b)) return undefined;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return at || " ";
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${at}[prototype]`;
  if (a instanceof Date) return a.getTime() === b.getTime() ? undefined : at || " ";
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return `${at}[keys]`;
  for (const name of names) {
    if (!Object.hasOwn(b, name)) return `${at}.${name}`;
    const found = difference(a[name], b[name], `${at}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function show(value) {
  const text = JSON.stringify(value, (_, value) =>
    typeof value === "bigint" ? `${value}n` : value instanceof Uint8Array ? `bytes ${[...value]}` : value,
  );
  return text === undefined ? String(value) : text.slice(0, 400);
}

export const bytes = (text) => new TextEncoder().encode(text);
export const text = (bytes) => new TextDecoder().decode(bytes);
