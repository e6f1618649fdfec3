/**
 * Streams bytes as a multi-line answer. "+OK" is said when the first bytes are at hand, so that a store
 * that is down gives an "-ERR"; a failure after that cuts the connection, because a closing dot would
 * pass a torn message off as a whole one.
 */
import { ok } from "../../lib/codec/pop3/reply.ts";
import { DotStuffer } from "../../lib/codec/smtp/dot-stream.ts";
import { ConnectionClosed } from "../net/types.ts";
import type { Pop3Session } from "./state.ts";

export async function sendMessage(
  { connection, log }: Pop3Session,
  text: string,
  bytes: AsyncIterable<Buffer>,
): Promise<void> {
  const chunks = bytes[Symbol.asyncIterator]();
  const first = await chunks.next();
  await connection.write(ok(text));
  try {
    const stuffer = new DotStuffer();
    for (let next = first; !next.done; next = await chunks.next())
      await connection.write(stuffer.push(next.value));
    await connection.write(stuffer.end());
  } catch (cause) {
    if (!(cause instanceof ConnectionClosed)) log.error({ err: cause }, "message torn");
    connection.destroy();
    throw new ConnectionClosed("The message could not be sent whole", { cause });
  } finally {
    await chunks.return?.();
  }
}
