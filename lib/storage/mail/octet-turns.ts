/**
 * How much of what comes in is read into structures in one turn of the event loop, by all together: fifty messages of
 * one APPEND lie in memory, and nothing else would interrupt. A hostile message takes ten milliseconds for
 * what is allowed here, a usual one a tenth of one.
 */
import { setImmediate as breathe } from "node:timers/promises";

const TURN_OCTETS = 128 * 1024;
const SLICE_OCTETS = 64 * 1024;

export class OctetTurns {
  #taken = 0;
  #breath: Promise<void> | null = null;

  /** The same octets in slices: each is to be worked on at once, when it is given. */
  async *slices(chunk: Buffer): AsyncGenerator<Buffer> {
    for (let at = 0; at < chunk.length; at += SLICE_OCTETS) {
      // Asked again after each breath: others may have had the turn that it brought.
      while (this.#taken >= TURN_OCTETS) await this.#nextTurn();
      const slice = chunk.subarray(at, at + SLICE_OCTETS);
      this.#taken += slice.length;
      yield slice;
    }
  }

  #nextTurn(): Promise<void> {
    this.#breath ??= breathe().then(() => {
      this.#taken = 0;
      this.#breath = null;
    });
    return this.#breath;
  }
}
