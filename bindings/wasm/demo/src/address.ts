// The state in the page's address: a table, and the filter of its keys.

export interface Place {
  readonly path: string;
  readonly prefix: string;
}

/** Returns the state in the address. */
export function place(): Place {
  const [path = "", query = ""] = location.hash.replace(/^#\//, "").split("?");
  return { path, prefix: new URLSearchParams(query).get("prefix") ?? "" };
}

/** Writes the state to the address, without a new entry in the browser's history. */
export function rename({ path, prefix }: Place): void {
  const query = prefix === "" ? "" : `?${new URLSearchParams({ prefix }).toString()}`;
  history.replaceState(null, "", `#/${path}${query}`);
}
