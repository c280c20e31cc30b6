import module from "keyloft-wasm-file";

import type { Platform } from "./platform.js";

/** The platform of workerd, which imports the module. */
export const platform: Platform = {
  now: () => module,
  later: () => module,
};
