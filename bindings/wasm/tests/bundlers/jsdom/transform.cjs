// Makes CommonJS of the sources, as Jest has them.
const { transformSync } = require("esbuild");

module.exports = { process: (code) => ({ code: transformSync(code, { format: "cjs", target: "es2022" }).code }) };
