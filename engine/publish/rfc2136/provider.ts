/**
 * Publishing by dynamic update (RFC 2136) signed with TSIG (RFC 8945), to any server that takes it: BIND,
 * Knot, PowerDNS, Windows. Read from that same server, signed too: what is compared is what is changed.
 *
 * An answer by wildcard looks like a set (RFC 4592 §2.2.1) but cannot be a prerequisite: the server says
 * NXRRSET, and then, if the wildcard is what we read, the set is written as one that was not there.
 */
import { randomBytes } from "node:crypto";
import type { Rfc2136Settings } from "../../../lib/mail/dns/credential.ts";
import { plainValue } from "../../../lib/mail/dns/rdata.ts";
import {
  canonicalValue,
  isWithin,
  sameValues,
  SET_TYPES,
  type SetChange,
  type SetType,
} from "../../../lib/mail/dns/record-sets.ts";
import { readRdata, TYPE_NUMBERS } from "../../dns/rdata.ts";
import type { RecordValue } from "../../../lib/mail/ports.ts";
import {
  BadMessage,
  readMessage,
  type DnsMessage,
  type RdataReader,
  type ResourceRecord,
} from "../../dns/wire.ts";
import { PublishError } from "../error.ts";
import type { Provider, Reading } from "../provider.ts";
import type { PublishContext } from "../publish.ts";
import { encodeQuestion, encodeRdata, encodeUpdate } from "./encode.ts";
import { findServer, type UpdateServer } from "./find-server.ts";
import { NotReachable, SignedSession } from "./session.ts";
import { TsigError, type TsigKey } from "./tsig.ts";
import { updateFor, type WireSet } from "./update.ts";

/** RFC 1035 §4.1.1, RFC 2136 §2.2. */
const RCODES = [
  ...(["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"] as const),
  ...(["YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"] as const),
];
const rcodeName = (code: number) => RCODES[code] ?? `RCODE ${code}`;
const AUTHORITATIVE = 0x0400;
/** Questions at once on one connection. */
const IN_FLIGHT = 24;
const CLASS_IN = 1;

export interface Rfc2136Options {
  readonly settings: Rfc2136Settings;
  /** Base64, as key files have it. */
  readonly secret: string;
  readonly allowPrivate: boolean;
}

type Resolving = Pick<PublishContext, "resolver" | "settings">;

export function openRfc2136(ctx: Resolving, options: Rfc2136Options): Provider {
  return new Rfc2136Provider(ctx, options);
}

class Rfc2136Provider implements Provider {
  readonly #ctx: Resolving;
  readonly #options: Rfc2136Options;
  readonly #key: TsigKey;
  #open: { server: UpdateServer; session: SignedSession } | null = null;

  constructor(ctx: Resolving, options: Rfc2136Options) {
    this.#ctx = ctx;
    this.#options = options;
    this.#key = readKey(options);
  }

  get server(): string {
    return this.#open?.server.name ?? this.#options.settings.server;
  }

  async zoneOf(name: string, signal: AbortSignal): Promise<string> {
    const labels = name.split(".");
    for (let at = 0; at < labels.length; at++) {
      const apex = labels.slice(at).join(".");
      const { message, authoritative } = await this.#ask(name, apex, "SOA", signal);
      const soa = message.answers.some(
        (record) => record.type === TYPE_NUMBERS.SOA && record.name === apex,
      );
      if (soa && authoritative && message.rcode === 0) return apex;
    }
    throw new PublishError("noZone", { name });
  }

  async read(zone: string, names: readonly string[], signal: AbortSignal): Promise<Reading> {
    const questions = names
      .filter((name) => isWithin(name, zone))
      .flatMap((name) => SET_TYPES.map((type) => ({ name, type })));
    const found: WireSet[] = [];
    for (let at = 0; at < questions.length; at += IN_FLIGHT) {
      const batch = questions.slice(at, at + IN_FLIGHT);
      const sets = await Promise.all(
        batch.map(({ name, type }) => this.#readSet(zone, name, type, signal)),
      );
      found.push(...sets.filter((set) => set !== null));
    }
    return { sets: found, write: (changes, stop) => this.#write(zone, changes, found, stop) };
  }

  close(): void {
    this.#open?.session.close();
    this.#open = null;
  }

  async #readSet(
    zone: string,
    name: string,
    type: SetType,
    signal: AbortSignal,
  ): Promise<WireSet | null> {
    const { message } = await this.#ask(zone, name, type, signal);
    if (message.rcode !== 0 && message.rcode !== 3) {
      throw this.#rcodeError(rcodeName(message.rcode), zone);
    }
    return wireSet(name, type, message.answers);
  }

  async #write(
    zone: string,
    changes: readonly SetChange[],
    found: readonly WireSet[],
    signal: AbortSignal,
  ): Promise<void> {
    const rcode = await this.#update(zone, changes, found, signal);
    if (rcode === "NOERROR") return;
    if (rcode === "NXRRSET") {
      const real = await this.#withoutWildcards(zone, changes, found, signal);
      if (real.length < found.length) {
        const again = await this.#update(zone, changes, real, signal);
        if (again === "NOERROR") return;
      }
    }
    throw this.#rcodeError(rcode, zone, changes);
  }

  async #update(
    zone: string,
    changes: readonly SetChange[],
    found: readonly WireSet[],
    signal: AbortSignal,
  ): Promise<string> {
    const update = updateFor(zone, changes, found);
    const { message } = await this.#exchange(zone, (id) => encodeUpdate(id, update), signal);
    return rcodeName(message.rcode);
  }

  /** The sets that are not just what a neighbour of theirs that does not exist would get. */
  async #withoutWildcards(
    zone: string,
    changes: readonly SetChange[],
    found: readonly WireSet[],
    signal: AbortSignal,
  ): Promise<WireSet[]> {
    const names = changes.map(({ name }) => name);
    const kept: WireSet[] = [];
    for (const set of found) {
      if (!names.includes(set.name) || set.name === zone) {
        kept.push(set);
        continue;
      }
      const neighbour = [randomBytes(12).toString("hex"), ...set.name.split(".").slice(1)].join(
        ".",
      );
      const there = await this.#readSet(zone, neighbour, set.type, signal);
      if (!there || !sameValues(there, set)) kept.push(set);
    }
    return kept;
  }

  #ask(zone: string, name: string, type: keyof typeof TYPE_NUMBERS, signal: AbortSignal) {
    return this.#exchange(zone, (id) => encodeQuestion(id, name, type), signal);
  }

  /** Throws PublishError for everything that can go wrong on the way. */
  async #exchange(
    zone: string,
    write: (id: number) => Buffer,
    signal: AbortSignal,
  ): Promise<{ message: DnsMessage; authoritative: boolean }> {
    const { server, session } = await this.#connected(zone, signal);
    try {
      const answer = await session.ask(write, signal);
      const authoritative = (answer.readUInt16BE(2) & AUTHORITATIVE) !== 0;
      return { message: readMessage(answer), authoritative };
    } catch (error) {
      throw this.#translated(error, server.name);
    }
  }

  async #connected(zone: string, signal: AbortSignal) {
    if (this.#open) return this.#open;
    const { settings, allowPrivate } = this.#options;
    const server = await findServer(
      this.#ctx,
      zone,
      { server: settings.server, allowPrivate },
      signal,
    );
    return (this.#open ??= { server, session: new SignedSession(server, this.#key) });
  }

  #translated(cause: unknown, server: string): unknown {
    const key = this.#key.name;
    if (cause instanceof TsigError) {
      const codes = {
        unsigned: "unsignedReply",
        badKey: "badKey",
        badSignature: "badSignature",
        badTime: "badTime",
      } as const;
      const params = { server, key, seconds: cause.seconds };
      return new PublishError(codes[cause.problem], params, { cause });
    }
    if (cause instanceof NotReachable)
      return new PublishError("unreachable", { server }, { cause });
    if (cause instanceof BadMessage) return new PublishError("badAnswer", { server }, { cause });
    return cause;
  }

  #rcodeError(rcode: string, zone: string, changes: readonly SetChange[] = []): PublishError {
    const server = this.server;
    const [first] = changes;
    switch (rcode) {
      case "YXDOMAIN":
      case "YXRRSET":
      case "NXRRSET":
      case "NXDOMAIN":
        return new PublishError("zoneChanged", {
          name: first?.name ?? zone,
          type: first?.type ?? "",
        });
      case "REFUSED":
        return new PublishError("refused", { server, key: this.#key.name });
      case "NOTAUTH":
        return new PublishError("notAuth", { server, zone });
      case "NOTZONE":
        return new PublishError("notZone", { server, zone });
      case "SERVFAIL":
        return new PublishError("serverFailed", { server, rcode });
      default:
        return new PublishError("rcode", { server, rcode });
    }
  }
}

/** Base64 as key files have it; an empty or broken secret is refused before anybody is asked. */
function readKey({ settings, secret }: Rfc2136Options): TsigKey {
  const text = secret.replace(/\s+/g, "");
  const bytes = Buffer.from(text, "base64");
  if (bytes.length === 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    throw new PublishError("badSecret");
  const name = settings.keyName.replace(/\.$/, "").toLowerCase();
  return { name, algorithm: settings.algorithm, secret: bytes };
}

/** The records of one name and type in an answer; null when there are none. */
function wireSet(name: string, type: SetType, answers: readonly ResourceRecord[]): WireSet | null {
  const records = answers.filter(
    (record) =>
      record.name === name && record.type === TYPE_NUMBERS[type] && record.class === CLASS_IN,
  );
  const [first] = records;
  if (!first) return null;
  const rdata = new Map(records.map((record) => valueAndOctets(type, record)));
  return { name, type, ttl: first.ttl, values: [...rdata.keys()].sort(), rdata };
}

/** The octets as they are: how a text is cut into strings is part of the record, not of its meaning. */
function valueAndOctets(type: SetType, record: ResourceRecord): [value: string, octets: Buffer] {
  const value = canonicalValue(type, plainText(type, record.open()));
  // Names may be compressed in an answer (RFC 1035 §4.1.4): those are written anew.
  const compressed = type === "MX" || type === "CNAME" || type === "SRV" || type === "PTR";
  if (compressed) return [value, encodeRdata(type, value)];
  const data = record.open();
  return [value, Buffer.from(data.bytes(data.left))];
}

function plainText(type: SetType, data: RdataReader): string {
  switch (type) {
    case "A":
    case "AAAA":
    case "CNAME":
    case "PTR":
    case "TXT":
      return readRdata(type, data);
    case "MX":
      return plainValue({ type, value: readRdata(type, data) });
    case "SRV":
      return plainValue({ type, value: withRoot(readRdata(type, data)) });
    case "TLSA":
      return plainValue({ type, value: readRdata(type, data) });
    case "CAA": {
      const { flags, tag, value } = readRdata(type, data);
      return `${flags} ${tag} "${value}"`;
    }
  }
}

/** The reader says "." for the root, our records "" (RFC 2782: "not offered here"). */
const withRoot = (srv: RecordValue["SRV"]) => ({
  ...srv,
  target: srv.target === "." ? "" : srv.target,
});
