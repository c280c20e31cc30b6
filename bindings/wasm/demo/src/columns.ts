// The order of known columns.

/** The order of the columns. Others follow by their names. */
export const COLUMNS: readonly string[] = [
  ...["name", "country", "admin1", "population", "latitude", "longitude", "timezone", "geonameid"],
  ...["username", "role", "email"],
];
