import type { Platform } from "../loader.js";

import module from "keyloft-wasm-file";

/** workerd: the module is imported. */
export const platform: Platform = {
  now: () => module,
  later: () => module,
};
