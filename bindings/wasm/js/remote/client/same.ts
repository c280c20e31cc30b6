import { isPlain, Timestamp } from "../../codec/value.js";

/** Returns `true` if two values that the database gave are equal. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (one instanceof Timestamp) return other instanceof Timestamp && one.ms === other.ms;
  if (one instanceof Date) return other instanceof Date && one.getTime() === other.getTime();
  if (one instanceof Uint8Array || Array.isArray(one)) {
    const [items, others] = [one, other as ArrayLike<unknown>];
    return one.constructor === other.constructor && items.length === others.length && items.every((item: unknown, i: number) => isSame(item, others[i]));
  }
  if (!isPlain(one) || !isPlain(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]));
}
