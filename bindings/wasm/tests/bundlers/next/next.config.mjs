import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// The application is a copy of this folder, in a folder of the one that has the dependencies.
const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

export default { turbopack: { root }, outputFileTracingRoot: root };
