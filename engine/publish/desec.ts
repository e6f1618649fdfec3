/**
 * deSEC's API (desec.readthedocs.io), there or self-hosted: the domain that owns a name, its sets page by page,
 * and changes of many sets in one request that is done whole or not at all.
 *
 * A set is written with all its values, those of others exactly as they were read a moment before: the API
 * has no prerequisites. TTLs below the domain's minimum are raised to it.
 */
import { z } from "zod";
import { fromPresentation, toPresentation } from "../../lib/mail/dns/presentation.ts";
import {
  isSetType,
  setKey,
  type RecordSet,
  type SetChange,
} from "../../lib/mail/dns/record-sets.ts";
import { PublishError } from "./error.ts";
import { callApi, checkBaseUrl, quoted, type Api, type ApiRequest } from "./http.ts";
import type { Provider, Reading } from "./provider.ts";

const BASE_URL = "https://desec.io/api/v1";
/** 500 sets each. */
const MAX_PAGES = 100;

const Domains = z.array(z.object({ name: z.string(), minimum_ttl: z.number() }));
const RrSet = z.object({
  subname: z.string(),
  type: z.string(),
  ttl: z.number(),
  records: z.array(z.string()),
});
type RrSet = z.infer<typeof RrSet>;
const RrSets = z.array(RrSet);

/** A set with the text of each value as the API gave it. */
interface SeenSet extends RecordSet {
  readonly texts: ReadonlyMap<string, string>;
}

export function openDesec({ token, baseUrl }: { token: string; baseUrl: string }): Provider {
  return new Desec({
    server: "deSEC",
    baseUrl: checkBaseUrl(baseUrl || BASE_URL),
    authorization: `Token ${token}`,
  });
}

class Desec implements Provider {
  readonly #api: Api;
  readonly #minimumTtl = new Map<string, number>();

  constructor(api: Api) {
    this.#api = api;
  }

  get server(): string {
    return this.#api.server;
  }

  async zoneOf(name: string, signal: AbortSignal): Promise<string> {
    const path = `/domains/?${new URLSearchParams({ owns_qname: name })}`;
    const { json } = await this.#call({ method: "GET", path }, signal);
    const [domain] = this.#parsed(Domains, json);
    if (!domain) throw new PublishError("noZone", { name });
    this.#minimumTtl.set(domain.name, domain.minimum_ttl);
    return domain.name;
  }

  async read(zone: string, names: readonly string[], signal: AbortSignal): Promise<Reading> {
    if (!this.#minimumTtl.has(zone)) await this.zoneOf(zone, signal);
    const all = await this.#listSets(zone, signal);
    const seen = all.filter(({ name }) => names.includes(name));
    return { sets: seen, write: (changes, stop) => this.#write(zone, changes, seen, stop) };
  }

  close(): void {}

  /** "Pagination": the next page's cursor is in the Link field; its address is not followed. */
  async #listSets(zone: string, signal: AbortSignal): Promise<SeenSet[]> {
    const sets: SeenSet[] = [];
    let cursor = "";
    for (let page = 1; page <= MAX_PAGES; page++) {
      const path = `${this.#setsOf(zone)}?${new URLSearchParams({ cursor })}`;
      const { json, headers } = await this.#call({ method: "GET", path }, signal, zone);
      sets.push(...this.#parsed(RrSets, json).flatMap((set) => toSeen(zone, set)));
      const next = nextCursor(headers.get("link"));
      if (next === null) return sets;
      cursor = next;
    }
    throw new PublishError("badAnswer", { server: this.server });
  }

  async #write(
    zone: string,
    changes: readonly SetChange[],
    seen: readonly SeenSet[],
    signal: AbortSignal,
  ): Promise<void> {
    const minimum = this.#minimumTtl.get(zone) ?? 0;
    const body = changes.map(({ name, type, after }) => {
      const texts = seen.find((set) => setKey(set) === setKey({ name, type }))?.texts;
      const records = (after?.values ?? []).map(
        (value) => texts?.get(value) ?? toPresentation(type, value),
      );
      const ttl = Math.max(after?.ttl ?? 0, minimum);
      return { subname: subnameOf(name, zone), type, ...(after && { ttl }), records };
    });
    await this.#call({ method: "PATCH", path: this.#setsOf(zone), body }, signal, zone);
  }

  #setsOf = (zone: string) => `/domains/${encodeURIComponent(zone)}/rrsets/`;

  async #call(request: ApiRequest, signal: AbortSignal, zone = "") {
    const answer = await callApi(this.#api, request, signal);
    const { status, json } = answer;
    const server = this.server;
    if (status < 400) return answer;
    if (status === 401) throw new PublishError("tokenRefused", { server });
    if (status === 403) throw new PublishError("forbidden", { server });
    if (status === 404) throw new PublishError("noZone", { name: zone });
    throw new PublishError("api", { server, status, text: quoted(textsIn(json).join("; ")) });
  }

  #parsed<T>(schema: z.ZodType<T>, value: unknown): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new PublishError("badAnswer", { server: this.server }, { cause: parsed.error });
  }
}

function toSeen(zone: string, { subname, type, ttl, records }: RrSet): SeenSet[] {
  if (!isSetType(type)) return [];
  const name = subname === "" ? zone : `${subname}.${zone}`;
  const texts = new Map(records.map((text) => [fromPresentation(type, text), text]));
  return [{ name, type, ttl, values: [...texts.keys()].sort(), texts }];
}

const subnameOf = (name: string, zone: string) =>
  name === zone ? "" : name.slice(0, -zone.length - 1);

/** RFC 8288. */
function nextCursor(link: string | null): string | null {
  const [, target] = /<([^>]*)>\s*;\s*rel="next"/.exec(link ?? "") ?? [];
  const query = target?.split("?")[1];
  return query === undefined ? null : new URLSearchParams(query).get("cursor");
}

/** Errors are nested: a list with an object for each set, each with lists of sentences. */
function textsIn(json: unknown): string[] {
  if (typeof json === "string") return [json];
  if (Array.isArray(json)) return json.flatMap(textsIn);
  if (typeof json === "object" && json !== null) return Object.values(json).flatMap(textsIn);
  return [];
}
