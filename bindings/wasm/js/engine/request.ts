import { Writer } from "../codec/writer.js";
import { invalid } from "../error/check.js";
import { type Engine, type Instance, poison } from "./instance.js";

/** The room for requests. A larger request gets more. */
const ROOM = 16 << 10;

/** The longest request, in bytes. */
const MOST = 1 << 30;

/** A writer that writes requests to the engine's memory. */
export class RequestWriter extends Writer {
  private readonly instance: Instance;
  private engine: Engine | undefined;
  private base = 0;
  private room = 0;

  constructor(engine: Engine, instance: Instance) {
    super(new Uint8Array(0));
    this.engine = engine;
    this.instance = instance;
    this.reserve(ROOM);
  }

  begin(): void {
    if (this.room > ROOM * 64) this.reserve(ROOM);
    else if (this.buffer.length === 0) this.look();
    this.pos = 0;
  }

  /** Lets the unfinished request go nowhere: the engine's memory is freed. */
  detach(): void {
    this.engine = undefined;
    this.buffer = new Uint8Array(this.room);
  }

  protected override grow(more: number): void {
    const least = this.pos + more;
    if (this.engine !== undefined && this.buffer.length === 0) {
      // The engine's memory has grown, and the request is in it.
      this.look();
      if (least <= this.room) return;
    }
    if (least > MOST) throw invalid("the arguments of the call take more than 1 GiB: give less at once");
    if (this.engine === undefined) super.grow(more);
    else this.reserve(Math.max(least, this.room * 2));
  }

  private reserve(room: number): void {
    try {
      this.base = (this.engine as Engine).reserve(room);
    } catch (cause) {
      throw poison(this.instance, cause);
    }
    this.room = room;
    this.look();
  }

  private look(): void {
    this.buffer = new Uint8Array(this.instance.memory.buffer, this.base, this.room);
  }
}
