// Bytes and dates are judged by what they are. Those of another realm, which is a frame, a test runner's sandbox or a context of
// Node's `vm`, have other constructors.

/** Returns `true` for a `Uint8Array` of any realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || (ArrayBuffer.isView(value) && tag(value) === "Uint8Array");
}

/** Returns `true` for an `ArrayBuffer` of any realm. */
export function isBuffer(value: unknown): value is ArrayBuffer {
  return value instanceof ArrayBuffer || isObject(value, "ArrayBuffer");
}

/** Returns `true` for a `Date` of any realm. */
export function isDate(value: unknown): value is Date {
  return value instanceof Date || (isObject(value, "Date") && typeof (value as Partial<Date>).getTime === "function");
}

/** Returns `true` for a `Blob` of any realm. */
export function isBlob(value: unknown): value is Blob {
  return (typeof Blob !== "undefined" && value instanceof Blob) || isObject(value, "Blob") || isObject(value, "File");
}

/** Returns the bytes of a `Blob` of any realm. Those of jsdom can be read only by its `FileReader`. */
export async function blobBytes(blob: Blob): Promise<Uint8Array> {
  if (typeof blob.arrayBuffer === "function") return new Uint8Array(await blob.arrayBuffer());
  const reader = new FileReader();
  const read = new Promise((resolve, reject) => {
    reader.onload = resolve;
    reader.onerror = () => reject(reader.error);
  });
  reader.readAsArrayBuffer(blob);
  await read;
  return new Uint8Array(reader.result as ArrayBuffer);
}

/** Returns `true` for an object of this kind, of any realm. */
export function isObject(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && tag(value) === name;
}

function tag(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
