// The files of databases, without the engine.

async function file(name, options) {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle("keyloft", { create: true });
  return folder.getFileHandle(`${name}.redb`, options);
}

/** Writes the file of a database of this name. */
export async function writeRaw(name, bytes) {
  const stream = await (await file(name, { create: true })).createWritable();
  await stream.write(bytes);
  await stream.close();
}

/** Returns the file of the database of this name. */
export async function readRaw(name) {
  return new Uint8Array(await (await (await file(name)).getFile()).arrayBuffer());
}

/** Returns `true` if the file exists. */
export function exists(name) {
  return file(name).then(
    () => true,
    () => false,
  );
}
