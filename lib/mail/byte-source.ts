/** Byte sources made of what is at hand. */
import type { ByteSource } from "./ports.ts";

/** What ByteSource allows in one piece. */
const CHUNK_BYTES = 256 * 1024;

export function bytesSource(bytes: Buffer): ByteSource {
  return {
    size: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
        yield bytes.subarray(at, at + CHUNK_BYTES);
    },
  };
}

/** The same bytes with others in front. */
export function prefixed(prefix: Buffer, source: ByteSource): ByteSource {
  if (prefix.length === 0) return source;
  return {
    size: prefix.length + source.size,
    async *open() {
      yield prefix;
      yield* source.open();
    },
  };
}
