// The classes of values and errors by which the developer tools know those of any copy of the package.
export { Timestamp } from "../codec/value.js";
export { KeyloftError } from "../error/error.js";
