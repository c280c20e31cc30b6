import module from "keyloft-wasm-file";

import type { Platform } from "./platform.js";

/** workerd: the module is imported. */
export const platform: Platform = {
  now: () => module,
  later: () => module,
};
