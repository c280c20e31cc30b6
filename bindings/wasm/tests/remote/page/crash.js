// Traps the engine's calls after a message on the channel `crash`, and sends a message on the channel `loaded` when the
// engine is loaded.

// The module has one function, whose only instruction is `unreachable`.
const { trap } = new WebAssembly.Instance(
  new WebAssembly.Module(
    new Uint8Array([
      0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 116, 114, 97, 112, 0, 0, 10, 5, 1, 3, 0, 0, 11,
    ]),
  ),
).exports;

let armed = false;
const channel = new BroadcastChannel("crash");
channel.onmessage = () => {
  armed = true;
  channel.postMessage("armed");
};

for (const name of ["instantiate", "instantiateStreaming"]) {
  const made = WebAssembly[name];
  WebAssembly[name] = async (...args) => {
    const { module, instance } = await made.apply(WebAssembly, args);
    const exports = {};
    for (const [name, value] of Object.entries(instance.exports)) {
      exports[name] = !name.startsWith("engine_") ? value : (...args) => (armed ? trap() : value(...args));
    }
    new BroadcastChannel("loaded").postMessage("loaded");
    return { module, instance: { exports } };
  };
}
