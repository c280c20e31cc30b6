import { invalid } from "../../error/check.js";
import type { SerializedError } from "./serialized-error.js";

/** A question to something at the other end, by its number; 0 is the database. */
interface Question {
  on: number;
  name: string;
  args: unknown;
  /** Whether there are times among the arguments that have to be made again. */
  times: boolean;
}

/** A method to be called. */
export interface Call extends Question {
  id: number;
}

/** Something to be made, and the number it has from then on; it is answered if it has an id. */
export interface Make extends Question {
  id: number | undefined;
  make: number;
}

/** A transaction to be ended. */
export interface End {
  id: number;
  end: number;
  commit: boolean;
}

/** Something to be let go. */
export interface Drop {
  drop: number;
}

/** What is asked. */
export type Request = Call | Make | End | Drop;

/** What is answered. */
export type Answer = { id: number; value: unknown; times?: boolean } | { id: number; error: SerializedError };

/** What is said about the line itself. */
export type ControlMessage =
  /** From who leads, by its own id: it serves this line from now on. */
  | { word: "welcome"; leader: string }
  /** From who leads: it leads no more. What it has not answered, it has not done. */
  | { word: "over" }
  /** To who leads: nothing more comes. */
  | { word: "bye" };

/** What goes over a line at once: a batch, or a word about the line. */
export type Post = unknown[] | ControlMessage;

/** The request, if it is one. */
export function checkRequest(request: object): Request {
  const { id, on, name, args, make, end, drop } = request as { [name: string]: unknown };
  const numbers = [id, on, make, end, drop].every((number) => number === undefined || Number.isSafeInteger(number));
  const said = drop !== undefined || (end !== undefined && id !== undefined);
  const asked = on !== undefined && typeof name === "string" && Array.isArray(args) && (id !== undefined || make !== undefined);
  if (!numbers || !(said || asked) || make === 0 || drop === 0 || end === 0) throw invalid("this is no request");
  return request as Request;
}
