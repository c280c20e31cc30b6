import { defineConfig } from "vite";

export default defineConfig({
  // Found from wherever the page is put.
  base: "./",
  // The package finds its engine and its worker beside its own files, so these have to stay where they are.
  optimizeDeps: { exclude: ["keyloft"] },
  worker: { format: "es" },
  build: { target: "es2022", assetsInlineLimit: 0, reportCompressedSize: false },
  // The data set and the package are outside of this folder.
  server: { fs: { allow: ["../../.."] } },
});
