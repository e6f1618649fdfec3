/**
 * Fetching an MTA-STS policy as another server would: RFC 8461 §3.3. HTTPS with a certificate that names
 * the policy host, status 200, no redirects, a limit on time and size. The address is one that was checked
 * before (addresses.ts), so that the name cannot lead elsewhere between check and fetch.
 */
import { request, type RequestOptions } from "node:https";
import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import { MAX_POLICY_BYTES } from "../../lib/mail/mta-sts-policy.ts";

/** §3.3 suggests a minute; who waits for a page does not. */
const FETCH_MS = 15_000;

export interface Fetched {
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  /** Where a redirect would lead; it is not followed (§3.3). */
  readonly location: string | null;
  readonly body: string;
  readonly tooLarge: boolean;
  /** Why the certificate would not be accepted; null when it is. */
  readonly certificateProblem: string | null;
  readonly notAfter: string | null;
}

export interface Where {
  /** "mta-sts.example.org". */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly roots: readonly string[] | null;
  readonly signal: AbortSignal;
}

/** Rejects with an Error whose message is short and fit to be shown. */
export function fetchPolicy({ host, address, port, roots, signal }: Where): Promise<Fetched> {
  const path = "/.well-known/mta-sts.txt";
  const url = `https://${host}${path}`;
  const options: RequestOptions = {
    ...{ host: address, port, path, servername: host, agent: false },
    method: "GET",
    headers: { host, "user-agent": "posthorn-mta-sts", accept: "text/plain" },
    rejectUnauthorized: false, // what is wrong with it is what people want to know
    minVersion: "TLSv1.2",
    signal: AbortSignal.any([signal, AbortSignal.timeout(FETCH_MS)]),
    ...(roots && { ca: [...roots] }),
  };
  return new Promise((resolve, reject) => {
    const req = request(options, (res) => {
      readBody(res).then(({ body, tooLarge }) => {
        resolve({ url, ...factsOf(res), body, tooLarge });
        req.destroy();
      }, reject);
    });
    req.on("error", (error: Error) => reject(new Error(textOf(error), { cause: error })));
    req.end();
  });
}

function factsOf(res: IncomingMessage) {
  const { socket } = res;
  const tls = socket instanceof TLSSocket ? socket : null;
  const problem: unknown = tls?.authorizationError;
  const code = typeof problem === "object" && problem ? Reflect.get(problem, "code") : problem;
  return {
    status: res.statusCode ?? 0,
    contentType: res.headers["content-type"] ?? "",
    location: res.headers.location ?? null,
    certificateProblem: tls?.authorized === true ? null : String(code ?? "not verified"),
    notAfter: tls?.getPeerX509Certificate()?.validTo ?? null,
  };
}

async function readBody(res: IncomingMessage): Promise<{ body: string; tooLarge: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of res) {
    const bytes = Buffer.from(chunk as Buffer); // no encoding was set: it is one
    size += bytes.length;
    if (size > MAX_POLICY_BYTES) return { body: "", tooLarge: true };
    chunks.push(bytes);
  }
  return { body: Buffer.concat(chunks).toString("utf8"), tooLarge: false };
}

function textOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  if (error.name === "TimeoutError" || error.name === "AbortError") return "no answer in time";
  if (code === "ECONNREFUSED") return "connection refused";
  return error.message.slice(0, 200);
}
