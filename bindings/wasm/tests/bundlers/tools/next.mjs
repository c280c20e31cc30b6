// Next, whose pages and routes run in a browser, on the server and in the edge runtime.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { freePort } from "../free-port.mjs";

const NEXT = fileURLToPath(import.meta.resolve("next/dist/bin/next"));
const SOURCES = join(dirname(fileURLToPath(import.meta.url)), "../next");

/** Returns the application on a server, built by Turbopack or by webpack, with its paths. The server's file is in the folder. */
export async function started(bundler, { app, out }) {
  const project = join(out, "next");
  cpSync(app, join(out, "app"), { recursive: true });
  cpSync(SOURCES, project, { recursive: true });
  // Next builds no route in the edge runtime by webpack, not even an empty one.
  if (bundler === "webpack") rmSync(join(project, "app/edge"), { recursive: true });
  // Vite's development server has set another mode.
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", NOTES: join(out, "notes.redb") };
  const { status, stdout, stderr } = spawnSync(process.execPath, [NEXT, "build", `--${bundler}`, project], { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  const port = await freePort();
  const server = spawn(process.execPath, [NEXT, "start", project, "--hostname", "127.0.0.1", "--port", `${port}`], { env });
  let said = "";
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    if (server.exitCode !== null) return;
    const exit = once(server, "exit");
    server.kill();
    await exit;
  };
  for (let turn = 0; !said.includes("Ready"); turn++) {
    if (turn === 600 || server.exitCode !== null) {
      await close();
      throw new Error(`Next does not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  /** Returns what a path of the server answers. */
  const visited = async (path) => {
    const text = await (await fetch(`${url}${path}`)).text();
    const [json] = /\{(?:"|&quot;)found.*?\}/.exec(text) ?? [];
    if (json === undefined) throw new Error(`${path} answers ${text.slice(0, 400)}\n${said.slice(-4000)}`);
    return JSON.parse(json.replaceAll("&quot;", '"'));
  };
  return { url: `${url}/client`, close, visited, paths: bundler === "webpack" ? ["/route"] : ["/route", "/edge"] };
}
