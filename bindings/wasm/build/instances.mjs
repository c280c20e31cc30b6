// The glue of an engine of which a program has several instances.

/** A line that imports or exports something. */
const IMPORT = /^import .*$/gm;
const EXPORT = /^export (class|function) (\w+)/gm;
const LAST = "export { initSync, __wbg_init as default };";

/**
 * Returns the source of wasm-bindgen's glue as a module that exports only `instantiate`. Each call returns the glue's exports for an
 * instance of its own. The glue itself has one instance, in a variable of its module.
 */
export function repeatable(source) {
  if (!source.includes(LAST)) throw new Error("wasm-bindgen's glue has other exports than expected");
  const imports = source.match(IMPORT) ?? [];
  const names = ["initSync"];
  const body = source.replace(IMPORT, "").replace(LAST, "").replace(EXPORT, (_, kind, name) => {
    names.push(name);
    return `${kind} ${name}`;
  });
  return `${imports.join("\n")}\nexport function instantiate() {\n${body}\nreturn { ${names.join(", ")}, default: __wbg_init };\n}\n`;
}
