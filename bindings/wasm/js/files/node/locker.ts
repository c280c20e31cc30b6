// Node has no file locks. But a lock belongs to an open file, not to a process: a program that inherits the open file can lock it
// and exit, and the lock lasts until this process closes the file or ends, however it ends.
import { spawnSync } from "node:child_process";

import { KeyloftError } from "../../error/error.js";

/**
 * A script that takes both locks that native programs take on a database: that of the whole file, and that of all its bytes. Its
 * exit status is 0 if it has them, 1 if another program has one, and 2 if the system refuses.
 */
function script(command: number, writeLock: number, layout: string): string {
  return [
    'open(my $file, "+<&=", 3) or exit 2;',
    `my $all = ${layout.replace("LOCK", String(writeLock))};`,
    `(flock($file, 6) && fcntl($file, ${command}, $all)) or exit($! == 11 || $! == 13 || $! == 35 ? 1 : 2);`,
  ].join("\n");
}

/** The script by platform: the number of `F_OFD_SETLK`, that of `F_WRLCK`, and the layout of `struct flock`. */
const SCRIPTS: { readonly [platform: string]: string } = {
  linux: script(37, 1, 'pack("s s x4 q q i x4", LOCK, 0, 0, 0, 0)'),
  android: script(37, 1, 'pack("s s x4 q q i x4", LOCK, 0, 0, 0, 0)'),
  darwin: script(90, 3, 'pack("q q i s s", 0, 0, 0, LOCK, 0)'),
};

/** Deno's file, which has a lock. */
interface DenoFile {
  tryLockSync?(exclusive: boolean): boolean;
  close(): void;
}

interface Globals {
  process?: { platform?: string };
  Deno?: { openSync(path: string, options: { read: boolean; write: boolean }): DenoFile };
}

/**
 * Locks the open file, which is that of the path. Returns a function to call after the file is closed, or `undefined` if another
 * program has the file locked.
 */
export function takeLock(descriptor: number, path: string): (() => void) | undefined {
  const { process, Deno } = globalThis as Globals;
  const commands: [string, string[]][] = [];
  const perl = SCRIPTS[process?.platform ?? ""];
  if (perl !== undefined) {
    commands.push(["perl", ["-e", perl]]);
    // Without Perl, the lock of the whole file alone.
    if (process?.platform !== "darwin") commands.push(["flock", ["-xn", "3"]]);
  }
  for (const [command, args] of commands) {
    const status = run(command, args, descriptor);
    if (status === 0) return () => undefined;
    if (status === 1) return undefined;
  }
  // Without the right to run programs, Deno has the lock of the whole file.
  const file = Deno?.openSync(path, { read: true, write: true });
  if (file?.tryLockSync !== undefined) {
    if (file.tryLockSync(true)) return () => file.close();
    file.close();
    return undefined;
  }
  file?.close();
  throw new KeyloftError(
    "StorageUnavailable",
    `\`${path}\` can't be locked here: on Linux and macOS that needs the program \`perl\` or \`flock\` and the right to run it, and other systems are not supported; without a lock, another program could damage the file`,
  );
}

/** Returns the exit status of a program that inherits the file as its descriptor 3, or `null` if it can't be run. */
function run(command: string, args: string[], descriptor: number): number | null {
  return spawnSync(command, args, { stdio: ["ignore", "ignore", "ignore", descriptor] }).status;
}
