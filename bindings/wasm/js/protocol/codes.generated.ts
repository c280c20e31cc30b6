/** The operations of the engine, by their numbers. */
export const Op = {
  open: 0,
  get: 1,
  getMany: 2,
  has: 3,
  count: 4,
  scan: 5,
  page: 6,
  findAll: 7,
  ask: 8,
  watch: 9,
  put: 10,
  delete: 11,
  batch: 12,
  deleteRange: 13,
  act: 14,
  next: 20,
  seek: 21,
  events: 22,
  current: 23,
  release: 24,
  snapshot: 25,
  export: 30,
  import: 31,
  digest: 32,
  partitions: 33,
  image: 34,
  compact: 35,
  stats: 36,
  explain: 40,
  define: 41,
  remove: 42,
  stage: 50,
  commit: 51,
  abort: 52,
} as const;

/** What the engine holds for JavaScript. */
export const ResourceKind = { table: 0, snapshot: 1, scan: 2, watch: 3 } as const;

export type ResourceKind = (typeof ResourceKind)[keyof typeof ResourceKind];

export const Kind = { users: 0, tables: 1, jobs: 2, namespaces: 3, storages: 4, liveQueries: 5, user: 6, shared: 7, stream: 8, collection: 9, bytes: 10 } as const;
