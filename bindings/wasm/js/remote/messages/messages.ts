import { invalid } from "../../error/check.js";
import type { SerializedError } from "./serialized-error.js";

/** A question to an object of the server, by its number; 0 is the database. */
interface Question {
  on: number;
  name: string;
  args: unknown;
  /** Set for arguments that hold packed times. */
  times: boolean;
}

/** A call of a method. */
export interface Call extends Question {
  id: number;
}

/** The creation of an object, with the number that the client gives it. The server answers only if there is an `id`. */
export interface Make extends Question {
  id: number | undefined;
  make: number;
}

/** The end of a transaction. */
export interface End {
  id: number;
  end: number;
  commit: boolean;
}

/** The release of an object. */
export interface Drop {
  drop: number;
}

/** A message from a client to the server. */
export type Request = Call | Make | End | Drop;

/** An answer of the server. */
export type Answer = { id: number; value: unknown; times?: boolean } | { id: number; error: SerializedError };

/** A message about the channel itself. */
export type ControlMessage =
  /** From the leader, with its id: it serves this channel. */
  | { control: "welcome"; leader: string }
  /** From the leader: it has given up the leadership. Requests without an answer were not executed. */
  | { control: "over" }
  /** From the client: it sends no more messages. */
  | { control: "bye" };

/** The data of one message event: a batch, or a control message. */
export type Post = unknown[] | ControlMessage;

/** Returns the request, or throws if it is malformed. */
export function checkRequest(request: object): Request {
  const { id, on, name, args, make, end, drop } = request as { [name: string]: unknown };
  const numbers = [id, on, make, end, drop].every((number) => number === undefined || Number.isSafeInteger(number));
  const isControl = drop !== undefined || (end !== undefined && id !== undefined);
  const isQuestion = on !== undefined && typeof name === "string" && Array.isArray(args) && (id !== undefined || make !== undefined);
  if (!numbers || !(isControl || isQuestion) || make === 0 || drop === 0 || end === 0) throw invalid("the request is malformed");
  return request as Request;
}
