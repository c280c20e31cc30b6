/** The script that imports the worker's script, as an object URL. */
let importing: string | undefined;

/** Makes the worker of the package. */
export function makeWorker(): Worker {
  // Bundlers don't recognise this expression, and add no copy of the script for it.
  const script = new URL(import.meta.url.replace(/[^/?#]*(?:[?#].*)?$/, "keyloft/worker.js"));
  // A browser refuses the script of another origin, but a script of this origin may import it. The URL of a bundle's script may be that
  // of a file.
  if (script.protocol.startsWith("http") && script.origin !== location.origin) {
    importing ??= URL.createObjectURL(new Blob([`import ${JSON.stringify(script.href)};`], { type: "text/javascript" }));
    return new Worker(importing, { type: "module" });
  }
  // Bundlers recognise this one.
  return new Worker(new URL("keyloft/worker.js", import.meta.url), { type: "module" });
}
