/**
 * Outlook's autodiscover (lib/mail/clients/autodiscover.ts): POST "/autodiscover/autodiscover.xml" in any
 * case, at "autodiscover.<domain>" and at the domain's own name, by HTTPS; GET "…/autodiscover.json". In
 * clear only a GET is answered, with the redirect that Outlook asks for there: what it POSTs may come with a
 * password. Bodies are small, soon, and read to their end or not at all.
 */
import type { IncomingMessage } from "node:http";
import {
  jsonAnswer,
  POX_TYPE,
  poxAnswer,
  poxError,
  readPoxRequest,
} from "../lib/mail/clients/autodiscover.ts";
import { findServedDomain, getClientSettings } from "../lib/service/client-settings.ts";
import type { ServiceContext } from "../lib/service/context.ts";
import { type Answer, isReading, NOT_FOUND } from "./answers.ts";

export const AUTODISCOVER_PREFIX = "autodiscover.";
export const POX_PATH = "/autodiscover/autodiscover.xml";
const JSON_PATH = "/autodiscover/autodiscover.json";

/** Outlook's question has some 400 bytes. */
const MAX_BODY = 16_384;
const BODY_MS = 10_000;

export interface AutodiscoverQuestion {
  /** As it was asked, without port. */
  readonly host: string;
  /** The domain whose name that is: without "autodiscover.". */
  readonly domain: string;
  /** Lower case. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly secure: boolean;
  readonly req: IncomingMessage;
}

export const isAutodiscoverPath = (path: string): boolean =>
  path === POX_PATH || path === JSON_PATH || path.startsWith(`${JSON_PATH}/`);

export async function answerAutodiscover(
  ctx: ServiceContext,
  question: AutodiscoverQuestion,
): Promise<Answer> {
  const { host, domain, path, secure, req } = question;
  if ((await findServedDomain(ctx.prisma, domain)) === null) return NOT_FOUND;
  if (!secure) return isReading(req) && path === POX_PATH ? redirect(host) : NOT_FOUND;
  if (path !== POX_PATH) return isReading(req) ? answerJson(question) : NOT_FOUND;
  if (req.method !== "POST") return isReading(req) ? pox(poxError(600, new Date())) : NOT_FOUND;
  return answerPox(ctx, req);
}

const pox = (body: string): Answer => ({ status: 200, type: POX_TYPE, body });

const redirect = (host: string): Answer => ({
  status: 302,
  type: "text/plain; charset=utf-8",
  body: "See https\r\n",
  headers: { location: `https://${host}${POX_PATH}` },
});

async function answerPox(ctx: ServiceContext, req: IncomingMessage): Promise<Answer> {
  const body = await readBody(req);
  if (body === null) return { ...pox("Too large or too slow\r\n"), status: 413, headers: CLOSE };
  const request = readPoxRequest(body);
  if (request.kind !== "outlook")
    return pox(poxError(request.kind === "otherSchema" ? 601 : 600, new Date()));
  // A host name of one domain may be asked about another of ours; about strangers' it knows nothing.
  const served = await findServedDomain(ctx.prisma, request.domain);
  if (served === null) return pox(poxError(500, new Date()));
  return pox(poxAnswer(request.address, await getClientSettings(ctx)));
}

/** After an answer before the end of the question, nothing more can come on this connection. */
const CLOSE = { connection: "close" };

/** Null when it is too long, comes too slowly, or breaks off. */
function readBody(req: IncomingMessage): Promise<string | null> {
  if (Number(req.headers["content-length"] ?? 0) > MAX_BODY) return Promise.resolve(null);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (body: string | null) => {
      clearTimeout(timer);
      req.removeAllListeners("data").pause();
      resolve(body);
    };
    const timer = setTimeout(() => finish(null), BODY_MS);
    req.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY) return finish(null);
      chunks.push(chunk);
    });
    req.on("end", () => finish(Buffer.concat(chunks).toString("utf8")));
    req.on("close", () => finish(null));
  });
}

/** "?Email=…&Protocol=…", or the address in the path: ".../autodiscover.json/v1.0/<address>". */
function answerJson({ host, path, query, req }: AutodiscoverQuestion): Answer {
  const asked = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
  const inPath = decoded(/\/v1\.0\/([^/]+)$/.exec(path)?.[1] ?? "");
  const email = asked.get("email") ?? (inPath === "" ? null : inPath);
  const port = /:\d{1,5}$/.exec(req.headers.host ?? "")?.[0] ?? "";
  const url = `https://${host}${port}${POX_PATH}`;
  const { status, body } = jsonAnswer(email, asked.get("protocol") ?? null, url);
  return { status, type: "application/json; charset=utf-8", body: JSON.stringify(body) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
