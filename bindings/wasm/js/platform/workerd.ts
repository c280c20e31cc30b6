import type { Platform } from "../loader.js";

import module from "keyloft-wasm-file";

/** workerd: the module is imported, and there is only the one that the entry imports. */
export const platform: Platform = {
  now: () => module,
  later: () => module,
};
