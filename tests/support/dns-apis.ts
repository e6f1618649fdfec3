/**
 * Cloudflare's and deSEC's APIs as their documentation describes them, over real HTTP on loopback, each with
 * zones in memory: tokens, paging, validation, all-or-nothing batches, and failures on demand.
 * (developers.cloudflare.com/api/resources/dns; desec.readthedocs.io/en/latest/dns/rrsets.html)
 */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";

/** The next answer instead of the right one. */
export interface Failure {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Never answers. */
  readonly silent?: boolean;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export class ApiServer {
  readonly token = randomBytes(16).toString("hex");
  readonly failures: Failure[] = [];
  /** "GET /zones?name=…" */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #scheme: string;
  readonly #reply: (asked: Asked) => Reply;
  readonly #denied: Reply;

  constructor(scheme: string, reply: (asked: Asked) => Reply, denied: Reply) {
    this.#scheme = scheme;
    this.#reply = reply;
    this.#denied = denied;
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  async start(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  get baseUrl(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/api`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    this.requests.push(`${request.method} ${url.pathname}${url.search}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const failure = this.failures.shift();
    if (failure?.silent) return;
    if (failure) {
      response.writeHead(failure.status, failure.headers).end(failure.body ?? "{}");
      return;
    }
    const text = Buffer.concat(chunks).toString();
    const isOurs = request.headers.authorization === `${this.#scheme} ${this.token}`;
    const { status, body, headers } = !isOurs
      ? this.#denied
      : this.#reply({
          method: request.method ?? "",
          path: url.pathname.replace(/^\/api/, ""),
          query: url.searchParams,
          body: text === "" ? null : (JSON.parse(text) as unknown),
        });
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body === undefined ? "" : JSON.stringify(body));
  }
}

// ── Cloudflare ────────────────────────────────────────────────────────────────────────────────────

export interface CloudflareRecord {
  id: string;
  name: string;
  type: string;
  content?: string;
  priority?: number;
  data?: Record<string, string | number>;
  ttl: number;
  proxied?: boolean;
}

export interface CloudflareServer extends ApiServer {
  readonly records: Map<string, CloudflareRecord[]>;
}

const cloudflareError = (status: number, code: number, message: string): Reply => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
});

class CloudflareRefusal extends Error {
  readonly reply: Reply;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.reply = cloudflareError(status, code, message);
  }
}

export async function startCloudflare(
  zones: Readonly<Record<string, readonly Omit<CloudflareRecord, "id">[]>>,
): Promise<CloudflareServer> {
  const records = new Map<string, CloudflareRecord[]>();
  for (const [name, list] of Object.entries(zones)) {
    records.set(
      name,
      list.map((record) => ({ ...record, id: newRecordId() })),
    );
  }
  const ids = new Map([...records.keys()].map((name) => [newRecordId(), name]));
  const reply = (asked: Asked): Reply => {
    try {
      return cloudflareReply(asked, records, ids);
    } catch (error) {
      if (error instanceof CloudflareRefusal) return error.reply;
      throw error;
    }
  };
  const denied = cloudflareError(403, 9109, "Invalid access token");
  const server = await new ApiServer("Bearer", reply, denied).start();
  return Object.assign(server, { records });
}

const newRecordId = () => randomBytes(16).toString("hex");

function cloudflareReply(
  { method, path, query, body }: Asked,
  records: Map<string, CloudflareRecord[]>,
  ids: ReadonlyMap<string, string>,
): Reply {
  const ok = (result: unknown, info?: object): Reply => ({
    status: 200,
    body: { success: true, errors: [], messages: [], result, result_info: info },
  });
  if (method === "GET" && path === "/zones") {
    const found = [...ids].filter(([, name]) => name === query.get("name"));
    return ok(
      found.map(([id, name]) => ({ id, name, status: "active" })),
      { page: 1, total_pages: found.length > 0 ? 1 : 0 },
    );
  }
  const [, id = "", rest] = /^\/zones\/([^/]+)\/dns_records(\/batch)?$/.exec(path) ?? [];
  const zone = ids.get(id);
  if (zone === undefined) return cloudflareError(404, 7003, "Could not route");
  const list = records.get(zone) ?? [];
  if (method === "GET") {
    const [page, size] = [Number(query.get("page") ?? 1), Number(query.get("per_page") ?? 100)];
    const from = (page - 1) * Math.min(size, 3); // small pages: paging is part of the test
    const part = list.slice(from, from + Math.min(size, 3));
    return ok(part, { page, per_page: 3, total_pages: Math.ceil(list.length / 3) });
  }
  if (method === "POST" && rest === "/batch") {
    records.set(zone, batch(list, zone, body as { deletes?: { id: string }[]; posts?: object[] }));
    return ok({});
  }
  return cloudflareError(405, 10000, "Method not allowed");
}

/** Deletes, then posts; a copy, so that a refusal leaves everything as it was. */
function batch(
  list: readonly CloudflareRecord[],
  zone: string,
  { deletes = [], posts = [] }: { deletes?: { id: string }[]; posts?: object[] },
): CloudflareRecord[] {
  let next = [...list];
  for (const { id } of deletes) {
    if (!next.some((record) => record.id === id)) {
      throw new CloudflareRefusal(404, 81044, "Record does not exist.");
    }
    next = next.filter((record) => record.id !== id);
  }
  for (const post of posts) next.push(checkedRecord(post as CloudflareRecord, zone, next));
  return next;
}

function checkedRecord(
  post: CloudflareRecord,
  zone: string,
  others: readonly CloudflareRecord[],
): CloudflareRecord {
  const at = others.filter(({ name }) => name === post.name);
  const hasAlias = at.some(({ type }) => type === "CNAME");
  if (post.name !== zone && !post.name.endsWith(`.${zone}`)) {
    throw new CloudflareRefusal(400, 1004, "DNS Validation Error");
  }
  if (hasAlias || (post.type === "CNAME" && at.length > 0)) {
    throw new CloudflareRefusal(400, 81053, "A record with that host already exists.");
  }
  if (post.type === "TXT" && !/^(?:"(?:\\.|[^"\\]){0,255}" ?)+$/.test(post.content ?? "")) {
    throw new CloudflareRefusal(400, 9207, "Content must be quoted character strings.");
  }
  if (at.some((one) => one.type === post.type && one.content === post.content && post.content)) {
    throw new CloudflareRefusal(400, 81058, "An identical record already exists.");
  }
  if (post.ttl !== 1 && (post.ttl < 60 || post.ttl > 86_400)) {
    throw new CloudflareRefusal(400, 9021, "Invalid TTL.");
  }
  return { ...post, id: newRecordId() };
}

// ── deSEC ─────────────────────────────────────────────────────────────────────────────────────────

export interface DesecSet {
  subname: string;
  type: string;
  ttl: number;
  records: string[];
}

export interface DesecServer extends ApiServer {
  readonly sets: Map<string, DesecSet[]>;
}

const DESEC_MINIMUM = 3600;

export async function startDesec(
  zones: Readonly<Record<string, readonly DesecSet[]>>,
): Promise<DesecServer> {
  const sets = new Map(Object.entries(zones).map(([name, list]) => [name, [...list]]));
  const denied: Reply = { status: 401, body: { detail: "Invalid token." } };
  const reply = (asked: Asked) => desecReply(asked, sets, server.baseUrl);
  const server: ApiServer = new ApiServer("Token", reply, denied);
  await server.start();
  return Object.assign(server, { sets });
}

function desecReply(
  { method, path, query, body }: Asked,
  sets: Map<string, DesecSet[]>,
  baseUrl: string,
): Reply {
  if (method === "GET" && path === "/domains/") {
    const asked = query.get("owns_qname") ?? "";
    const owners = [...sets.keys()].filter((zone) => asked === zone || asked.endsWith(`.${zone}`));
    const [owner] = owners.sort((one, two) => two.length - one.length);
    return { status: 200, body: owner ? [{ name: owner, minimum_ttl: DESEC_MINIMUM }] : [] };
  }
  const [, zone = ""] = /^\/domains\/([^/]+)\/rrsets\/$/.exec(path) ?? [];
  const list = sets.get(zone);
  if (!list) return { status: 404, body: { detail: "Not found." } };
  if (method === "GET") return desecPage(list, query.get("cursor"), `${baseUrl}${path}`);
  if (method !== "PATCH" || !Array.isArray(body)) return { status: 405, body: {} };
  const errors = (body as DesecSet[]).map((set) => desecProblem(set, list));
  if (errors.some((error) => Object.keys(error).length > 0)) return { status: 400, body: errors };
  const next = [...list];
  for (const set of body as DesecSet[]) {
    const at = next.findIndex((one) => one.subname === set.subname && one.type === set.type);
    if (at >= 0) next.splice(at, 1);
    if (set.records.length > 0) next.push(set);
  }
  for (const one of next.filter(({ type }) => type === "CNAME")) {
    if (next.some((other) => other !== one && other.subname === one.subname)) {
      return { status: 400, body: { non_field_errors: ["CNAME conflicts with other RRsets."] } };
    }
  }
  sets.set(zone, next);
  return { status: 200, body };
}

function desecPage(list: readonly DesecSet[], cursor: string | null, url: string): Reply {
  if (cursor === null && list.length > 500) return { status: 400, body: { detail: "Pagination" } };
  const from = Number(cursor ?? 0);
  const next = from + 2 < list.length ? `, <${url}?cursor=${from + 2}>; rel="next"` : "";
  return {
    status: 200,
    body: list.slice(from, from + 2),
    headers: { link: `<${url}?cursor=>; rel="first"${next}` },
  };
}

function desecProblem(set: DesecSet, list: readonly DesecSet[]): object {
  const isNew = !list.some((one) => one.subname === set.subname && one.type === set.type);
  if (set.records.length === 0) return {};
  if (isNew && typeof set.ttl !== "number") return { ttl: ["This field is required."] };
  if (set.ttl < DESEC_MINIMUM) return { ttl: [`Ensure this value is at least ${DESEC_MINIMUM}.`] };
  if (
    set.type === "TXT" &&
    !set.records.every((text) => /^"(?:\\.|[^"\\])*"(?: "(?:\\.|[^"\\])*")*$/.test(text))
  ) {
    return { records: ["Data for TXT records must be given using quotation marks."] };
  }
  const named = ["MX", "CNAME", "SRV"].includes(set.type);
  if (named && !set.records.every((text) => text.endsWith("."))) {
    return { records: ["Hostname must be fully-qualified (i.e., end in a dot)."] };
  }
  return {};
}
