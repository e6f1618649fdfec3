/**
 * Cloudflare's API v4 (developers.cloudflare.com/api): zones, dns_records list and batch, a token with "DNS
 * edit" on the zone. There are records, not sets: what we take away goes by the ids that we saw, in one
 * database transaction with what we add, so that records of others are never touched.
 *
 * Everything is "DNS only" (`proxied: false`): mail cannot pass through a web proxy. A record that is proxied
 * is read as a value of its own, so that it counts as different and a preview shows it.
 */
import { z } from "zod";
import { cloudflareRecord, type CloudflareRecord } from "../../lib/mail/dns/cloudflare-record.ts";
import { fromPresentation } from "../../lib/mail/dns/presentation.ts";
import {
  canonicalValue,
  isSetType,
  missingIn,
  type RecordSet,
  type SetChange,
  type SetType,
} from "../../lib/mail/dns/record-sets.ts";
import { PublishError } from "./error.ts";
import { callApi, checkBaseUrl, quoted, type Api, type ApiRequest } from "./http.ts";
import type { Provider, Reading } from "./provider.ts";

const BASE_URL = "https://api.cloudflare.com/client/v4";
const PER_PAGE = 500;
/** 50,000 records: a larger zone than people keep by hand. */
const MAX_PAGES = 100;
/** "Automatic", which is 300 seconds for what is not proxied. */
const AUTOMATIC = 1;
const AUTOMATIC_SECONDS = 300;
/** Below it only Enterprise zones are served. */
const MIN_TTL = 60;
const PROXIED = " (proxied)";

const Envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
  result_info: z.object({ total_pages: z.number() }).partial().nullish(),
});
const Zones = z.array(z.object({ id: z.string().max(64), name: z.string() }));
const Data = z.record(z.string(), z.union([z.string(), z.number()]).nullable()).nullish();
const Record = z.object({
  id: z.string().max(64),
  name: z.string(),
  type: z.string(),
  content: z.string().nullish(),
  priority: z.number().nullish(),
  data: Data,
  ttl: z.number(),
  proxied: z.boolean().nullish(),
});
type Record = z.infer<typeof Record>;
const Records = z.array(Record);

interface Seen {
  readonly id: string;
  readonly type: SetType;
  readonly name: string;
  readonly value: string;
  readonly ttl: number;
}

export function openCloudflare({ token, baseUrl }: { token: string; baseUrl: string }): Provider {
  return new Cloudflare({
    server: "Cloudflare",
    baseUrl: checkBaseUrl(baseUrl || BASE_URL),
    authorization: `Bearer ${token}`,
  });
}

class Cloudflare implements Provider {
  readonly #api: Api;
  readonly #ids = new Map<string, string>();

  constructor(api: Api) {
    this.#api = api;
  }

  get server(): string {
    return this.#api.server;
  }

  async zoneOf(name: string, signal: AbortSignal): Promise<string> {
    const labels = name.split(".");
    for (let at = 0; at < labels.length - 1; at++) {
      const apex = labels.slice(at).join(".");
      if (await this.#zoneId(apex, signal)) return apex;
    }
    throw new PublishError("noZone", { name });
  }

  async read(zone: string, names: readonly string[], signal: AbortSignal): Promise<Reading> {
    const id = await this.#zoneId(zone, signal);
    if (!id) throw new PublishError("noZone", { name: zone });
    const all = await this.#listRecords(id, signal);
    const seen = all.filter(({ name }) => names.includes(name));
    return {
      sets: toSets(seen),
      write: (changes, stop) => this.#write(id, changes, seen, stop),
    };
  }

  close(): void {}

  async #zoneId(apex: string, signal: AbortSignal): Promise<string | undefined> {
    const known = this.#ids.get(apex);
    if (known !== undefined) return known;
    const path = `/zones?${new URLSearchParams({ name: apex })}`;
    const { result } = await this.#call({ method: "GET", path }, signal);
    const zones = this.#parsed(Zones, result);
    const id = zones.find((zone) => zone.name.toLowerCase() === apex)?.id;
    if (id !== undefined) this.#ids.set(apex, id);
    return id;
  }

  async #listRecords(zoneId: string, signal: AbortSignal): Promise<Seen[]> {
    const seen: Seen[] = [];
    for (let page = 1; page <= MAX_PAGES; page++) {
      const query = new URLSearchParams({ page: String(page), per_page: String(PER_PAGE) });
      const path = `/zones/${encodeURIComponent(zoneId)}/dns_records?${query}`;
      const { result, result_info: info } = await this.#call({ method: "GET", path }, signal);
      seen.push(...this.#parsed(Records, result).flatMap(toSeen));
      if (page >= (info?.total_pages ?? 1)) return seen;
    }
    throw new PublishError("badAnswer", { server: this.server });
  }

  async #write(
    zoneId: string,
    changes: readonly SetChange[],
    seen: readonly Seen[],
    signal: AbortSignal,
  ): Promise<void> {
    const deletes = changes.flatMap((change) => {
      const gone = missingIn(change.after, change.before);
      const own = seen.filter(({ name, type }) => name === change.name && type === change.type);
      return own.filter(({ value }) => gone.includes(value)).map(({ id }) => ({ id }));
    });
    const posts = changes.flatMap((change) =>
      missingIn(change.before, change.after).map((value) => toRecord(change, value)),
    );
    const path = `/zones/${encodeURIComponent(zoneId)}/dns_records/batch`;
    await this.#call({ method: "POST", path, body: { deletes, posts } }, signal, changes[0]);
  }

  async #call(request: ApiRequest, signal: AbortSignal, change?: SetChange) {
    const { status, json } = await callApi(this.#api, request, signal);
    const envelope = Envelope.safeParse(json);
    if (envelope.success && envelope.data.success && status < 400) return envelope.data;
    const errors = envelope.success ? envelope.data.errors : [];
    throw this.#refusal(status, errors, change);
  }

  /** By code where one is known, else by status. */
  #refusal(
    status: number,
    errors: readonly { code: number; message: string }[],
    change?: SetChange,
  ): PublishError {
    const server = this.server;
    const codes = errors.map(({ code }) => code);
    if (codes.some((code) => CHANGED.has(code))) {
      return new PublishError("zoneChanged", {
        name: change?.name ?? "",
        type: change?.type ?? "",
      });
    }
    if (status === 401 || codes.some((code) => BAD_TOKEN.has(code))) {
      return new PublishError("tokenRefused", { server });
    }
    if (status === 403) return new PublishError("forbidden", { server });
    const text = quoted(errors.map(({ message }) => message).join("; "));
    return new PublishError("api", { server, status, text });
  }

  #parsed<T>(schema: z.ZodType<T>, value: unknown): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new PublishError("badAnswer", { server: this.server }, { cause: parsed.error });
  }
}

/** 81044: no such record; 81053, 81057, 81058: one is there already. */
const CHANGED = new Set([81044, 81053, 81057, 81058]);
/** 6003, 6111: malformed; 1000, 9109: unknown or revoked. */
const BAD_TOKEN = new Set([1000, 6003, 6111, 9109]);

function toSeen(record: Record): Seen[] {
  const { id, name, type, ttl, proxied } = record;
  if (!isSetType(type)) return [];
  const value = valueOf(type, record) + (proxied ? PROXIED : "");
  const seconds = ttl === AUTOMATIC ? AUTOMATIC_SECONDS : ttl;
  return [{ id, name: name.toLowerCase().replace(/\.$/, ""), type, value, ttl: seconds }];
}

/** Older zones have TXT without quotes. */
function valueOf(type: SetType, { content, priority, data }: Record): string {
  const text = content ?? "";
  const part = (name: string) => String(data?.[name] ?? "");
  switch (type) {
    case "TXT":
      return text.startsWith('"') ? fromPresentation("TXT", text) : text;
    case "MX":
      return canonicalValue("MX", `${priority ?? 0} ${text}`);
    case "SRV":
      return canonicalValue("SRV", ["priority", "weight", "port", "target"].map(part).join(" "));
    case "TLSA":
      return canonicalValue(
        "TLSA",
        ["usage", "selector", "matching_type", "certificate"].map(part).join(" "),
      );
    case "CAA":
      return canonicalValue("CAA", `${part("flags")} ${part("tag")} "${part("value")}"`);
    default:
      return canonicalValue(type, text);
  }
}

function toSets(seen: readonly Seen[]): RecordSet[] {
  const sets = new Map<string, RecordSet>();
  for (const { name, type, value, ttl } of seen) {
    const key = `${name} ${type}`;
    const values = [...(sets.get(key)?.values ?? []), value].sort();
    sets.set(key, { name, type, ttl: sets.get(key)?.ttl ?? ttl, values });
  }
  return [...sets.values()];
}

function toRecord({ name, type, after }: SetChange, value: string): CloudflareRecord {
  const proxied = value.endsWith(PROXIED);
  const ttl = proxied ? AUTOMATIC : Math.max(after?.ttl ?? 0, MIN_TTL);
  if (!proxied) return cloudflareRecord({ name, type, ttl }, value);
  return { ...cloudflareRecord({ name, type, ttl }, value.slice(0, -PROXIED.length)), proxied };
}
