/**
 * The MTA-STS policy host (RFC 8461 §3.2, §3.3): "mta-sts.<domain>" serves one file, by HTTPS alone.
 * Everything else at such a name, and every name that is not ours, is 404: nothing of the console is
 * ever seen there.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { policyOf, policyText } from "../lib/mail/mta-sts.ts";
import type { ServiceContext } from "../lib/service/context.ts";
import { getHostName } from "../lib/service/server-identity.ts";
import { findMtaStsPolicyDomain } from "../lib/storage/domains.ts";

const PREFIX = "mta-sts.";
const PATH = "/.well-known/mta-sts.txt";

export const isPolicyHost = (host: string) => host.startsWith(PREFIX);

/** The policy of that host as text, or null when the host is not ours. */
export async function findPolicy(ctx: ServiceContext, host: string): Promise<string | null> {
  if (!isPolicyHost(host)) return null;
  const domain = await findMtaStsPolicyDomain(ctx.prisma, host.slice(PREFIX.length));
  if (!domain) return null;
  return policyText(policyOf(domain, await getHostName(ctx)));
}

export interface PolicyRequest {
  readonly host: string;
  readonly secure: boolean;
}

export async function servePolicy(
  ctx: ServiceContext,
  { host, secure }: PolicyRequest,
  { req, res }: { req: IncomingMessage; res: ServerResponse },
): Promise<void> {
  const path = (req.url ?? "").split("?")[0];
  const readable = req.method === "GET" || req.method === "HEAD";
  const policy = secure && readable && path === PATH ? await findPolicy(ctx, host) : null;
  const body = policy ?? "Not found\r\n";
  res.writeHead(policy === null ? 404 : 200, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  res.end(req.method === "HEAD" ? undefined : body);
}
