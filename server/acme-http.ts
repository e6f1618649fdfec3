/**
 * Answers to http-01 (RFC 8555 §8.3): for any host name, before everything else, because whoever asks does
 * not know what is served there. Only tokens that an engine of ours waits for; everything else is 404.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { CHALLENGE_PATH, isToken } from "../lib/mail/acme/token.ts";
import type { WebRuntime } from "../lib/service/web-runtime.ts";
import { findHttpAnswer } from "../lib/storage/acme-challenges.ts";

export const isChallengePath = (url: string): boolean => url.startsWith(CHALLENGE_PATH);

export async function serveChallenge(
  { pool }: WebRuntime,
  { req, res }: { req: IncomingMessage; res: ServerResponse },
): Promise<void> {
  const token = (req.url ?? "").slice(CHALLENGE_PATH.length);
  const readable = req.method === "GET" || req.method === "HEAD";
  const answer = readable && isToken(token) ? await findHttpAnswer(pool, token) : null;
  const body = answer ?? "Not found\n";
  res.writeHead(answer === null ? 404 : 200, {
    "content-type": answer === null ? "text/plain; charset=utf-8" : "application/octet-stream",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  res.end(req.method === "HEAD" ? undefined : body);
}
