/** Short answers to machines: whole, never kept by anybody between. */
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const NOT_FOUND: Answer = {
  status: 404,
  type: "text/plain; charset=utf-8",
  body: "Not found\r\n",
};

export function send({ req, res }: Exchange, { status, type, body, headers }: Answer): void {
  res.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...headers,
  });
  res.end(req.method === "HEAD" ? undefined : body);
}

export const isReading = ({ method }: IncomingMessage) => method === "GET" || method === "HEAD";
