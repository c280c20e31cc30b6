import module from "keyloft-wasm-file";

import type { Platform } from "./platform.js";

/** The platform of Next's edge runtime, whose imported module may be of another realm. Only an asynchronous load takes that. */
export const platform: Platform = {
  later: () => module,
};
