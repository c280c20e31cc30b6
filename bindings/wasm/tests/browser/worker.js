// Imports the package, and then runs the functions that it is sent: see workers.js.
globalThis.state = {};
globalThis.tell = (told) => postMessage({ told });

onmessage = async ({ data: { id, entry, script, args } }) => {
  try {
    let value;
    if (entry !== undefined) {
      globalThis.api = await import(entry);
      await api.init();
    } else {
      value = await (0, eval)(`(${script})`)(...args);
    }
    postMessage({ id, value });
  } catch (error) {
    postMessage({ id, error: { code: error?.code, message: `${error?.message}`, stack: `${error?.stack}` } });
  }
};
