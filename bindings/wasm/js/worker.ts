import { serveTab } from "./remote/place.js";

// What the package's worker does: it has the files of databases open, for its tab and for others.
serveTab(globalThis as unknown as Parameters<typeof serveTab>[0]);
