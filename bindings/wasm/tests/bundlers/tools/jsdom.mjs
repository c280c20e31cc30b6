// Jest and Vitest with jsdom.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const installed = (path) => join(here, "node_modules", path);

/** Runs the application's tests by a version of Jest. */
export function jest(version, place) {
  const config = {
    rootDir: here,
    testMatch: ["<rootDir>/jsdom/*.test.js"],
    testEnvironment: installed(`jest-environment-jsdom${version}`),
    transform: { "\\.js$": join(here, "jsdom/transform.cjs") },
    cacheDirectory: join(place.out, "cache"),
    haste: { forceNodeFilesystemAPI: true },
    watchman: false,
  };
  run([installed(`jest${version}/bin/jest.js`), "--runInBand", "--config", JSON.stringify(config)], place);
}

/** Runs them by Vitest. */
export function vitest(place) {
  run([installed("vitest/vitest.mjs"), "run", "--root", join(here, "jsdom"), "--environment", "jsdom", "--globals", "--pool", "threads"], place);
}

function run(args, { out, expected }) {
  const env = { ...process.env, EXPECTED: JSON.stringify(expected), NOTES: join(out, "notes.redb"), NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: here, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  const [, passed] = /Tests:? +(?:.* )?(\d+) passed/.exec(`${stdout}${stderr}`) ?? [];
  if (!(Number(passed) > 0)) throw new Error(`no test was run: ${stdout}${stderr}`);
}
