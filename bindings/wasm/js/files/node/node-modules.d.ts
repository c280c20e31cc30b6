// The parts of Node's library that are used here. Deno and Bun have them too.

declare module "node:fs" {
  interface Stats {
    readonly size: number;
    readonly nlink: number;
    readonly ino: bigint | number;
    readonly dev: bigint | number;
    isFile(): boolean;
    isDirectory(): boolean;
  }
  export const constants: { readonly O_RDWR: number; readonly O_CREAT: number; readonly O_EXCL: number };
  export function readFileSync(path: string | URL | number): Uint8Array<ArrayBuffer>;
  export function openSync(path: string, flags: string | number, mode?: number): number;
  export function closeSync(fd: number): void;
  export function readSync(fd: number, into: Uint8Array, offset: number, length: number, position: number): number;
  export function writeSync(fd: number, from: Uint8Array, offset: number, length: number, position: number): number;
  export function ftruncateSync(fd: number, length: number): void;
  export function fsyncSync(fd: number): void;
  export function fdatasyncSync(fd: number): void;
  export function fstatSync(fd: number): Stats;
  export function statSync(path: string, options: { throwIfNoEntry: false }): Stats | undefined;
  export function readdirSync(path: string): string[];
  export function renameSync(from: string, to: string): void;
  export function rmSync(path: string, options: { force: true }): void;
  export function unlinkSync(path: string): void;
}

declare module "node:path" {
  export function dirname(path: string): string;
  export function join(...parts: string[]): string;
  export function resolve(path: string): string;
}

declare module "node:url" {
  export function fileURLToPath(url: string): string;
}

declare module "node:util" {
  export const TextDecoder: typeof globalThis.TextDecoder;
  export const TextEncoder: typeof globalThis.TextEncoder;
}

declare module "node:child_process" {
  type Stdio = ("ignore" | number)[];
  export function spawnSync(command: string, args: string[], options: { stdio: Stdio }): { status: number | null };
}
