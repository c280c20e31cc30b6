// The workload: users, and the choice of users of a round.

const STARTED = 1_763_000_000_000;

/** The key of user number `i`. Keys are not in the order of the numbers. */
export const id = (i) => `user-${(Math.imul(i, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0")}`;

/** User number `i` in JSON: all fields of the system's users, with numbers as times. */
export const user = (i) => ({
  userId: id(i),
  username: `name-${i}`,
  passwordHash: `$argon2id$v=19$m=19456$c2FsdHNhbHRzYWx0$ZGlnZX${String(i).padStart(13, "0")}`,
  role: i % 16 === 0 ? "service" : "user",
  email: `${i}@mail.example`,
  authType: "password",
  authData: null,
  storageMode: "table",
  storageId: null,
  createdAt: STARTED + i,
  updatedAt: STARTED + i,
  lastSeen: i % 2 === 0 ? STARTED + 2 * i : null,
  deletedAt: null,
});

/** Users by their numbers. */
export const users = (start, count) => Array.from({ length: count }, (_, i) => user(start + i));

/** Pseudo-random numbers, the same in every run: xorshift. */
export function random(seed) {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
