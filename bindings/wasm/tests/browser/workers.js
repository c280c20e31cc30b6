// Workers that run functions of the tests.

/** A dedicated worker that has imported the package. Its functions get the package as `api`, and `state` to keep values. */
export async function startWorker(entry) {
  const worker = new Worker("/browser/worker.js", { type: "module" });
  const waiting = new Map();
  const fail = (error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.onerror = (event) => fail(new Error(`the worker: ${event.message}`));
  const told = { onTold: undefined };
  worker.onmessage = ({ data }) => {
    if ("told" in data) return told.onTold?.(data.told);
    const { resolve, reject } = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error) reject(Object.assign(new Error(data.error.message), data.error));
    else resolve(data.value);
  };
  let last = 0;
  const post = (message) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      worker.postMessage({ ...message, id: last });
    });
  await post({ entry });
  return Object.assign(told, {
    /** Calls the function in the worker. Its error arrives with its code and message. */
    run: (script, ...args) => post({ script: String(script), args }),
    terminate() {
      worker.terminate();
      fail(new Error("the worker was terminated"));
    },
  });
}
