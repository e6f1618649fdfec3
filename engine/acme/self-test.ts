/**
 * Fetches our own answer as the authority will (RFC 8555 §8.3). What fails may be the router in between
 * (NAT without a way back): it is noted, and the authority is asked all the same. Only addresses of ours are
 * dialled (requireLeadsHere has looked).
 */
import { request } from "node:http";
import { CHALLENGE_PATH } from "../../lib/mail/acme/token.ts";

const FETCH_MS = 5_000;
const MAX_BYTES = 4_096;

export interface SelfTest {
  readonly name: string;
  readonly port: number;
  readonly token: string;
  readonly keyAuthorization: string;
  readonly signal: AbortSignal;
}

/** Null: it is answered. */
export async function whyUnanswered(address: string, test: SelfTest): Promise<string | null> {
  const { name, token, keyAuthorization } = test;
  try {
    const { status, body } = await fetchOnce(address, test);
    if (status !== 200)
      return `${address} answers ${status} at http://${name}${CHALLENGE_PATH}${token}`;
    return body.trim() === keyAuthorization ? null : `${address} answers something else`;
  } catch (error) {
    test.signal.throwIfAborted();
    return `${address} does not answer (${error instanceof Error ? error.message : "no reason"})`;
  }
}

function fetchOnce(host: string, { name, port, token, signal }: SelfTest) {
  const path = CHALLENGE_PATH + token;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(FETCH_MS)]);
  const options = { host, port, path, headers: { host: name }, agent: false, signal: limit };
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const req = request(options, (res) => {
      let body = "";
      res.setEncoding("latin1");
      res.on("data", (text: string) => {
        body += text;
        if (body.length > MAX_BYTES) req.destroy(new Error("the answer is too long"));
      });
      res.on("end", () => resolve({ status: res.statusCode ?? 0, body }));
      res.on("error", reject);
    });
    req.on("error", reject);
    req.end();
  });
}
