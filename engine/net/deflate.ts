/**
 * A stream compressed both ways over another: raw DEFLATE (RFC 1951) as RFC 4978 §3 uses it.
 *
 * What is written in one go leaves with one sync flush, so the peer can read all of it at once and no
 * byte waits for company. Back-pressure holds both ways: a write is done when the stream below has
 * room again, and nothing is inflated that nobody reads. So a few octets that inflate to gigabytes
 * cost a chunk of memory, and whoever reads lines and literals bounds what is read.
 *
 * Octets that are not DEFLATE end the stream.
 */
import { Duplex } from "node:stream";
import {
  constants,
  createDeflateRaw,
  createInflateRaw,
  type DeflateRaw,
  type InflateRaw,
} from "node:zlib";

/** About 32 KiB of state instead of zlib's 256: text of mail compresses nearly as well. */
const DEFLATE = { windowBits: 12, memLevel: 5, level: 6, chunkSize: 8 * 1024 };
/** The peer may use the largest window. A peer that leaves cuts its stream off: that is no error. */
const INFLATE = { windowBits: 15, chunkSize: 8 * 1024, finishFlush: constants.Z_SYNC_FLUSH };

type Done = (error?: Error | null) => void;

export class DeflateStream extends Duplex {
  readonly #below: Duplex;
  readonly #deflate: DeflateRaw = createDeflateRaw(DEFLATE);
  readonly #inflate: InflateRaw = createInflateRaw(INFLATE);
  #belowFull = false;

  /** `received`: octets that have come already. Nobody else reads or writes `below` any more. */
  constructor(below: Duplex, received: Buffer) {
    super({ allowHalfOpen: true });
    this.#below = below;
    this.#readFrom(below, received);
    this.#deflate.on("data", (chunk: Buffer) => {
      if (below.writable && !below.write(chunk)) this.#belowFull = true;
    });
    this.#deflate.on("error", (error) => this.destroy(error));
    below.on("drain", () => (this.#belowFull = false));
    below.on("error", () => {}); // followed by "close"
    below.on("close", () => this.destroy());
  }

  // ── Reading ───────────────────────────────────────────────────────────────────────────────────

  #readFrom(below: Duplex, received: Buffer): void {
    const inflate = this.#inflate;
    inflate.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) inflate.pause();
    });
    inflate.on("end", () => this.push(null));
    inflate.on("error", (error) => this.destroy(error));
    inflate.on("drain", () => below.resume());
    const take = (chunk: Buffer) => {
      if (!inflate.write(chunk)) below.pause();
    };
    below.on("data", take);
    below.on("end", () => inflate.end());
    if (received.length > 0) take(received);
    if (below.isPaused() && !inflate.writableNeedDrain) below.resume();
    if (below.readableEnded) inflate.end();
  }

  override _read(): void {
    this.#inflate.resume();
  }

  // ── Writing ───────────────────────────────────────────────────────────────────────────────────

  override _write(chunk: Buffer, _: BufferEncoding, done: Done): void {
    this.#deflate.write(chunk);
    this.#flush(done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    for (const { chunk } of chunks) this.#deflate.write(chunk);
    this.#flush(done);
  }

  #flush(done: Done): void {
    this.#deflate.flush(constants.Z_SYNC_FLUSH, () => {
      if (this.#belowFull) this.#below.once("drain", () => done());
      else done();
    });
  }

  override _final(done: Done): void {
    this.#deflate.once("end", () => this.#below.end(() => done()));
    this.#deflate.end();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#inflate.destroy();
    this.#deflate.destroy();
    if (this.#below.closed) return done(error);
    this.#below.once("close", () => done(error));
    this.#below.destroy();
  }
}
