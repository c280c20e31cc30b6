/** The expected state of a database: it exists, it does not exist, or it is created if it is missing. */
export type Mode = "create" | "open" | "new";
