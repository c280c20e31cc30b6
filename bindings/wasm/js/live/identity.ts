import { isBytes, isDate } from "../codec/foreign.js";
import { Timestamp } from "../codec/value.js";

/** Returns `true` if the values are deeply equal. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one)) return Array.isArray(other) && isSameList(one, other, isSame);
  if (isBytes(one)) return isBytes(other) && isSameList(one, other, Object.is);
  if (isDate(one)) return isDate(other) && Object.is(one.getTime(), other.getTime());
  if (one instanceof Timestamp) return other instanceof Timestamp && one.ms === other.ms;
  if (Array.isArray(other) || isBytes(other) || isDate(other) || other instanceof Timestamp) return false;
  const names = Object.keys(one);
  const [left, right] = [one, other] as { [name: string]: unknown }[] as [{ [name: string]: unknown }, { [name: string]: unknown }];
  return names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]));
}

/** Returns `true` if the lists have the same items. */
export function isSameList<T>(one: ArrayLike<T>, other: ArrayLike<T>, isSameItem: (one: T, other: T) => boolean): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (!isSameItem(one[i] as T, other[i] as T)) return false;
  return true;
}

/** Returns a text that is the same for equal values only. */
export function canonical(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return typeof value === "string" ? JSON.stringify(value) : Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (isBytes(value)) return `b${value.join()}`;
  if (isDate(value)) return `d${value.getTime()}`;
  if (value instanceof Timestamp) return `d${value.ms}`;
  return `{${Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join()}}`;
}

/** Returns the text of an entry's key. An entity that holds its key is its own. */
export function keyText(entry: unknown): string {
  return canonical(Array.isArray(entry) ? entry[0] : entry);
}

/** Returns `next` with the entries of `before` in place of equal ones, or `before` itself if it has the same entries. */
export function kept<E>(before: readonly E[], next: readonly E[]): readonly E[] {
  const merged = [...next];
  let start = 0;
  // Most entries are at the same place, counted from one of the ends.
  for (; start < merged.length && start < before.length && isSame(before[start], merged[start]); start++) merged[start] = before[start] as E;
  if (start === merged.length && start === before.length) return before;
  const shift = before.length - merged.length;
  let end = merged.length;
  for (; end > start && end + shift > start && isSame(before[end - 1 + shift], merged[end - 1]); end--) merged[end - 1] = before[end - 1 + shift] as E;
  if (start === end || start === end + shift) return merged;
  const known = new Map<string, E>();
  for (const entry of before.slice(start, end + shift)) known.set(keyText(entry), entry);
  for (let i = start; i < end; i++) {
    const old = known.get(keyText(merged[i]));
    if (old !== undefined && isSame(old, merged[i])) merged[i] = old;
  }
  return merged;
}
