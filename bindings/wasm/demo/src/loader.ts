// Loads the data set, and reports the progress.

import type { AsyncDatabase } from "keyloft";

import * as dataset from "./dataset";

/** The number of cities in one commit. */
const BATCH = 2_000;

/** The part of the progress that is the download. */
const FETCHING = 0.1;

/** The progress from 0 to 1, and the current step. */
export type Progress = (part: number, what: string) => void;

/** Fills the database. Returns the number of entries. */
export async function load(db: AsyncDatabase, progress: Progress): Promise<number> {
  progress(0, "fetching the cities");
  const rows = await dataset.cities((part) => progress(part * FETCHING, "fetching the cities"));
  progress(FETCHING, "the small tables");
  const written = await others(db);
  const cities = db.sharedTable(dataset.NAMESPACE, "cities");
  for (let i = 0; i < rows.length; i += BATCH) {
    const batch = rows.slice(i, i + BATCH);
    await cities.putMany(batch);
    const done = i + batch.length;
    progress(FETCHING + (1 - FETCHING) * (done / rows.length), `${done.toLocaleString("en-US")} of ${rows.length.toLocaleString("en-US")} cities`);
  }
  return rows.length + written;
}

/** Everything but the cities, all of it or nothing. */
function others(db: AsyncDatabase): Promise<number> {
  const users = dataset.users();
  const storages = dataset.storages();
  const tables = dataset.tables();
  const jobs = dataset.jobs(Date.now());
  const queries = dataset.liveQueries();
  const viewers = dataset.viewers();
  const visits = dataset.visits();
  const flags = dataset.flags();
  return db.transaction(async (tx) => {
    await tx.users.putMany(users);
    await tx.storages.putMany(storages);
    await tx.namespaces.put({ name: dataset.NAMESPACE });
    await tx.tables.putMany(tables);
    await tx.jobs.putMany(jobs);
    await tx.liveQueries.putMany(queries);
    for (const [user, city] of dataset.FAVOURITES) await tx.userTable(dataset.NAMESPACE, "favourites", user).put(city, { stars: 5n });
    for (const [id, row, ttl] of viewers) await tx.streamTable(dataset.NAMESPACE, "viewers").put(id, row, { ttl });
    await tx.collection("visits", dataset.DEFINITIONS.visits).putMany(visits);
    await tx.partition("flags").batch(flags);
    const lists = [users, storages, tables, jobs, queries, dataset.FAVOURITES, viewers, visits, flags];
    return lists.reduce((sum, list) => sum + list.length, 1);
  });
}
