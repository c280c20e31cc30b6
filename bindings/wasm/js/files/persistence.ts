/** The promise of a runtime to keep the data: `"evictable"` data are deleted when the disk is full, or the site was long unused. */
export type Persistence = "persistent" | "evictable";
