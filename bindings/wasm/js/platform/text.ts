// The encoders of text in Node. Jest's imitation of a browser has no global ones.
export { TextDecoder, TextEncoder } from "node:util";
