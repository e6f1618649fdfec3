/**
 * Asking an API over HTTPS: bounded in time and size, no redirects (a token goes to one host only), JSON
 * in and out. "Too many requests" is waited for when that is short, else it is told (RFC 6585 §4).
 */
import { setTimeout as delay } from "node:timers/promises";
import { outsideText } from "../../lib/mail/outside-text.ts";
import { PublishError } from "./error.ts";

/** One answer; a batch of changes takes some seconds. */
const ANSWER_MS = 20_000;
/** A page of records; more is not an answer to what we asked. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Longer than this, the job gives its place to others and is tried again by the queue. */
const MAX_WAIT_SECONDS = 20;
const TRIES = 3;

export interface Api {
  /** For sentences. */
  readonly server: string;
  /** "https://api.example.net/v4", without the final slash. */
  readonly baseUrl: string;
  /** The Authorization field. */
  readonly authorization: string;
}

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH";
  /** Path and query, from "/" on. */
  readonly path: string;
  readonly body?: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  readonly json: unknown;
  readonly headers: Headers;
}

/** https, or this machine itself: a token does not travel in the clear. */
export function checkBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const local = url?.protocol === "http:" && isLoopback(url.hostname);
  if (!url || (url.protocol !== "https:" && !local) || url.username !== "" || url.search !== "") {
    throw new PublishError("insecureUrl", { url: url?.origin ?? "" });
  }
  return url.href.replace(/\/+$/, "");
}

const isLoopback = (host: string) =>
  host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);

/** Whatever the status, except 429 and 5xx, which throw; so do silence and what is no JSON. */
export async function callApi(
  api: Api,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  for (let tries = 1; ; tries++) {
    const answer = await once(api, request, signal);
    if (answer.status !== 429) {
      if (answer.status < 500) return answer;
      throw new PublishError("apiFailed", { server: api.server, status: answer.status });
    }
    const seconds = retryAfter(answer.headers);
    if (tries === TRIES || seconds > MAX_WAIT_SECONDS) {
      throw new PublishError("throttled", { server: api.server, seconds });
    }
    await delay(seconds * 1000, undefined, { signal });
  }
}

/** Seconds or a date (RFC 9110 §10.2.3). */
function retryAfter(headers: Headers): number {
  const text = headers.get("retry-after") ?? "";
  if (/^\d+$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? 1 : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

async function once(
  { server, baseUrl, authorization }: Api,
  { method, path, body }: ApiRequest,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        authorization,
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: "error",
      signal: limit,
    });
    const text = await readBounded(response);
    return { status: response.status, headers: response.headers, json: parse(text, server) };
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof PublishError) throw cause;
    if (cause instanceof RangeError) throw new PublishError("badAnswer", { server }, { cause });
    throw new PublishError("unreachable", { server }, { cause });
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new RangeError("answer too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string, server: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PublishError("badAnswer", { server }, { cause });
  }
}

const MAX_TEXT = 200;

/** What an API says for people. */
export const quoted = (text: string): string => outsideText(text, MAX_TEXT);
