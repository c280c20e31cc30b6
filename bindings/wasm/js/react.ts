import { createContext, createElement, type ReactElement, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from "react";

import type { Live, LiveStatus } from "./live/live.js";
import type { AsyncDatabase } from "./remote/client/async-database.js";

export type { Live, LiveStatus } from "./live/live.js";

/** The database of the components, `undefined` while it is opened, or the error of opening it. */
type Provided = { readonly database: unknown; readonly failure?: { readonly error: unknown } | undefined };

const Context = createContext<Provided | undefined>(undefined);

/** A database that can be closed: of `Database.open`, or `Database.memory`. */
interface Closable {
  close(): unknown;
}

/** The properties of `KeyloftProvider`: a database, or a function that opens one. */
export interface KeyloftProviderProps {
  /** An open database, or `undefined` as long as there is none. */
  database?: object | undefined;
  /** Opens the database when the component is mounted, so not on a server. It is closed when the component is unmounted. */
  open?: (() => PromiseLike<Closable>) | undefined;
  children?: ReactNode;
}

/** Gives the components in it a database. If it can't be opened, its components throw the error, for an error boundary. */
export function KeyloftProvider({ database, open, children }: KeyloftProviderProps): ReactElement {
  const [provided, provide] = useState<Provided>({ database: undefined });
  useEffect(() => {
    if (open === undefined) return undefined;
    let closable: Closable | undefined;
    let isMounted = true;
    open().then(
      (opened) => {
        if (!isMounted) return void opened.close();
        closable = opened;
        provide({ database: opened });
      },
      (error: unknown) => isMounted && provide({ database: undefined, failure: { error } }),
    );
    return () => {
      isMounted = false;
      provide({ database: undefined });
      void closable?.close();
    };
    // Another function of a later rendering opens the same database.
  }, [open === undefined]);
  const value = useMemo(() => (open === undefined ? { database } : provided), [database, open === undefined, provided]);
  return createElement(Context.Provider, { value }, children);
}

/** Returns the database of the provider around the component. It is `undefined` while it is opened, and on a server. */
export function useDatabase<D extends object = AsyncDatabase>(): D | undefined {
  const provided = useContext(Context);
  if (provided === undefined) throw new Error("the component has no database: render it inside of `KeyloftProvider`");
  if (provided.failure !== undefined) throw provided.failure.error;
  return provided.database as D | undefined;
}

/** The value of a live query in a component. */
export interface LiveState<T> {
  /** The value. It is `undefined` until it is read, and in the rendering on a server. */
  readonly value: T | undefined;
  readonly status: LiveStatus;
  /** The error of the status `failed`. */
  readonly error: unknown;
}

/**
 * Returns the value of a live query, and renders the component again when it changes.
 *
 * Make the query outside of the component, or by a function of the provider's database: it is called again when one of
 * `dependencies` changes.
 */
export function useLive<T>(query: Live<T>): LiveState<T>;
export function useLive<T, D extends object = AsyncDatabase>(make: (database: D) => Live<T>, dependencies: readonly unknown[]): LiveState<T>;
export function useLive<T>(given: Live<T> | ((database: object) => Live<T>), dependencies: readonly unknown[] = []): LiveState<T> {
  const provided = useContext(Context);
  const made = useMemo(() => {
    if (typeof given !== "function") return given;
    return provided?.database === undefined ? (LOADING as unknown as Live<T>) : given(provided.database as object);
  }, [typeof given === "function" ? provided : given, ...dependencies]);
  if (typeof given === "function" && provided === undefined) throw new Error("the component has no database: render it inside of `KeyloftProvider`");
  if (typeof given === "function" && provided?.failure !== undefined) throw provided.failure.error;
  const value = useSyncExternalStore<T | undefined>(made.subscribe, made.get, LOADING.get);
  const status = useSyncExternalStore(made.subscribe, () => made.status, () => LOADING.status);
  return { value, status, error: made.error };
}

/** The query of a database that is not open yet. */
const LOADING: Live<undefined> = {
  subscribe: () => () => undefined,
  get: () => undefined,
  status: "loading",
  error: undefined,
};
