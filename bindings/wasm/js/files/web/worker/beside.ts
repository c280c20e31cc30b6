/** The script that imports the worker's script, as an object URL. */
let importing: string | undefined;

/** Makes the worker of the package. */
export function makeWorker(): Worker {
  try {
    // Bundlers recognise this expression.
    return new Worker(new URL("keyloft/worker.js", import.meta.url), { type: "module" });
  } catch (error) {
    // Bundlers don't recognise this one, and add no copy of the script for it.
    const script = new URL(import.meta.url.replace(/[^/]*$/, "keyloft/worker.js"));
    // A browser refuses the script of another origin, but a script of this origin may import it.
    if (script.origin === location.origin) throw error;
    importing ??= URL.createObjectURL(new Blob([`import ${JSON.stringify(script.href)};`], { type: "text/javascript" }));
    return new Worker(importing, { type: "module" });
  }
}
