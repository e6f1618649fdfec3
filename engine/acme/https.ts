/**
 * HTTPS to an authority (RFC 8555 §6.1): only https, verified by the public roots and those that an
 * operator gave, no redirects, bounded in time and size. Private addresses are let through: only operators
 * say where the directory is.
 */
import { request } from "node:https";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { rootCertificates } from "node:tls";
import { certificateBlocks } from "../../lib/mail/pem.ts";
import { plain } from "../../lib/mail/acme/problem.ts";
import { VERSION } from "../../lib/settings/version.ts";
import { AcmeError } from "./error.ts";

const ANSWER_MS = 30_000;
/** A chain with cross-signed roots has some ten kilobytes. */
const MAX_BYTES = 256 * 1024;

export interface HttpsRequest {
  readonly method: "GET" | "HEAD" | "POST";
  readonly url: string;
  /** JOSE (§6.2). */
  readonly body?: string;
  readonly accept?: string;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpsOptions {
  /** Further roots, PEM; "": none. */
  readonly rootsPem: string;
  readonly signal: AbortSignal;
}

export async function callHttps(
  { method, url, body, accept = "application/json" }: HttpsRequest,
  { rootsPem, signal }: HttpsOptions,
): Promise<HttpsAnswer> {
  const server = hostOf(url);
  if (server === null) throw new AcmeError("badAnswer", { server: plain(url) });
  const ca = [...rootCertificates, ...certificateBlocks(rootsPem)];
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  const headers = {
    accept,
    "user-agent": `posthorn/${VERSION}`, // §6.1
    "accept-language": "en",
    ...(body !== undefined && {
      "content-type": "application/jose+json",
      "content-length": Buffer.byteLength(body),
    }),
  };
  try {
    return await new Promise((resolve, reject) => {
      const options = {
        method,
        headers,
        ca,
        agent: false,
        minVersion: "TLSv1.2",
        signal: limit,
      } as const;
      const req = request(url, options, (res) => {
        read(res, server)
          .then(resolve, reject)
          .finally(() => req.destroy());
      });
      req.on("error", reject);
      req.end(body);
    });
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof AcmeError) throw cause;
    throw new AcmeError("unreachable", { server, text: textOf(cause) }, { cause });
  }
}

async function read(res: IncomingMessage, server: string): Promise<HttpsAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of res) {
    const bytes = Buffer.from(chunk as Buffer); // no encoding was set: it is one
    size += bytes.length;
    if (size > MAX_BYTES) throw new AcmeError("badAnswer", { server });
    chunks.push(bytes);
  }
  const body = Buffer.concat(chunks).toString("utf8");
  return { status: res.statusCode ?? 0, headers: res.headers, body };
}

/** Host and port of an https URL without credentials; null for everything else. */
export function hostOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host, username, password } = new URL(url);
  return protocol === "https:" && username === "" && password === "" ? host : null;
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const code = "code" in error ? String(error.code) : "";
  if (error.name === "TimeoutError" || error.name === "AbortError") return "no answer in time";
  if (code === "ECONNREFUSED") return "connection refused";
  return plain(error.message || code);
}
