/**
 * Names and paths at which mail programs ask how to be set up. "autoconfig.…" and "autodiscover.…" are
 * theirs alone, whoever's domain it is: nothing of the console is ever seen there. At other names only the
 * well-known paths are, and only for domains of ours.
 */
import type { ServiceContext } from "../lib/service/context.ts";
import { findServedDomain } from "../lib/service/client-settings.ts";
import { type Answer, type Exchange, isReading, NOT_FOUND, send } from "./answers.ts";
import {
  answerAutoconfig,
  AUTOCONFIG_PATH,
  AUTOCONFIG_PREFIX,
  WELL_KNOWN_PATH,
} from "./autoconfig.ts";
import { answerAutodiscover, AUTODISCOVER_PREFIX, isAutodiscoverPath } from "./autodiscover.ts";
import type { RequestFacts } from "./headers.ts";

/** Names under a domain of ours that this server answers to for mail programs. */
const PREFIXES = [AUTOCONFIG_PREFIX, AUTODISCOVER_PREFIX];

const afterPrefix = (host: string): string | null => {
  const prefix = PREFIXES.find((known) => host.startsWith(known));
  return prefix === undefined ? null : host.slice(prefix.length);
};

/** Whether TLS shall answer as that name. */
export async function isClientHost(ctx: ServiceContext, host: string): Promise<boolean> {
  const domain = afterPrefix(host);
  return domain !== null && (await findServedDomain(ctx.prisma, domain)) !== null;
}

/** False: the request was for somebody else, and nothing has been answered. */
export async function serveClients(
  ctx: ServiceContext,
  facts: RequestFacts,
  exchange: Exchange,
): Promise<boolean> {
  const [path = "", query = ""] = (exchange.req.url ?? "").split(/\?(.*)/s);
  const known = path === WELL_KNOWN_PATH || isAutodiscoverPath(path.toLowerCase());
  if (afterPrefix(facts.host) === null && !known) return false;
  const question = { path, query: new URLSearchParams(query) };
  send(exchange, await answer(ctx, facts, { ...exchange, ...question }));
  return true;
}

interface Question extends Exchange {
  readonly path: string;
  readonly query: URLSearchParams;
}

function answer(
  ctx: ServiceContext,
  { host, secure }: RequestFacts,
  { path, query, req }: Question,
): Answer | Promise<Answer> {
  const isAutodiscover = isAutodiscoverPath(path.toLowerCase());
  const domain = afterPrefix(host) ?? host;
  if (isAutodiscover && !host.startsWith(AUTOCONFIG_PREFIX))
    return answerAutodiscover(ctx, { host, domain, path: path.toLowerCase(), query, secure, req });
  const isAutoconfig =
    path === WELL_KNOWN_PATH || (path === AUTOCONFIG_PATH && host.startsWith(AUTOCONFIG_PREFIX));
  if (isAutoconfig && !host.startsWith(AUTODISCOVER_PREFIX) && isReading(req))
    return answerAutoconfig(ctx, { domain, query });
  return NOT_FOUND;
}
