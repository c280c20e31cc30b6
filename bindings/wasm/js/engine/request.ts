import { Writer } from "../codec/writer.js";
import { invalid } from "../error/check.js";
import { type Engine, type Instance, poison } from "./instance.js";

/** The initial size of the buffer for requests, in bytes. */
const INITIAL_SIZE = 16 << 10;

/** The longest request, in bytes. */
const MAX_SIZE = 1 << 30;

/** A writer that writes requests to the engine's memory. */
export class RequestWriter extends Writer {
  private readonly instance: Instance;
  private engine: Engine | undefined;
  private base = 0;
  private capacity = 0;

  constructor(engine: Engine, instance: Instance) {
    super(new Uint8Array(0));
    this.engine = engine;
    this.instance = instance;
    this.reserve(INITIAL_SIZE);
  }

  begin(): void {
    if (this.capacity > INITIAL_SIZE * 64) this.reserve(INITIAL_SIZE);
    else if (this.buffer.length === 0) this.attach();
    this.pos = 0;
  }

  /** Detaches the writer from the engine, whose memory is freed. The unfinished request is discarded. */
  detach(): void {
    this.engine = undefined;
    this.buffer = new Uint8Array(this.capacity);
  }

  protected override grow(more: number): void {
    const least = this.pos + more;
    if (this.engine !== undefined && this.buffer.length === 0) {
      // The engine's memory has grown, and the request is in it.
      this.attach();
      if (least <= this.capacity) return;
    }
    if (least > MAX_SIZE) throw invalid("the arguments of the call take more than 1 GiB: split the call");
    if (this.engine === undefined) super.grow(more);
    else this.reserve(Math.max(least, this.capacity * 2));
  }

  private reserve(capacity: number): void {
    try {
      this.base = (this.engine as Engine).reserve(capacity);
    } catch (cause) {
      throw poison(this.instance, cause);
    }
    this.capacity = capacity;
    this.attach();
  }

  private attach(): void {
    this.buffer = new Uint8Array(this.instance.memory.buffer, this.base, this.capacity);
  }
}
