/**
 * A message while it is received: up to 256 KiB in memory, then in a file without a name.
 *
 * The file is unlinked as soon as it is open, so no crash leaves mail lying about. Past the size limit
 * bytes are counted and thrown away: the sender is heard to the end, and refused then.
 */
import { randomBytes } from "node:crypto";
import { mkdir, open, unlink, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { ByteSource } from "../../lib/mail/ports.ts";

/** Most mail is smaller and never touches the disk twice. */
const MEMORY_BYTES = 256 * 1024;
/** What one read of the file hands out: the most that ByteSource allows. */
const CHUNK_BYTES = 256 * 1024;

export class Spool implements ByteSource {
  readonly #directory: string;
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #file: FileHandle | null = null;
  #size = 0;

  constructor(directory: string, maxBytes: number) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#size;
  }

  get tooBig(): boolean {
    return this.#size > this.#maxBytes;
  }

  /** Takes bytes; copies what it keeps in memory, for they may be a view of a larger buffer. */
  async write(pieces: readonly Buffer[]): Promise<void> {
    for (const piece of pieces) this.#size += piece.length;
    if (this.tooBig) return this.dispose();
    if (this.#file === null && this.#size <= MEMORY_BYTES) {
      for (const piece of pieces) this.#pieces.push(Buffer.from(piece));
      return;
    }
    const file = (this.#file ??= await openNameless(this.#directory));
    await writeAll(file, [...this.#pieces, ...pieces]);
    this.#pieces = [];
  }

  async *open(): AsyncGenerator<Buffer> {
    if (this.#file) yield* readAll(this.#file, this.#size);
    else yield* this.#pieces;
  }

  /** Frees memory and file. Safe to call twice. */
  async dispose(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    this.#pieces = [];
    await file?.close();
  }
}

async function openNameless(directory: string): Promise<FileHandle> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `smtp-${randomBytes(12).toString("hex")}`);
  const file = await open(path, "wx+", 0o600);
  await unlink(path);
  return file;
}

/** Like writev, which may write less than it was given. */
async function writeAll(file: FileHandle, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) {
    for (let done = 0; done < piece.length;) {
      done += (await file.write(piece, done, piece.length - done)).bytesWritten;
    }
  }
}

async function* readAll(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size;) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - at));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) throw new Error("The spool file ended before its time");
    yield chunk.subarray(0, bytesRead);
    at += bytesRead;
  }
}
