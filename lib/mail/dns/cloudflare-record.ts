/**
 * A record as Cloudflare's API v4 takes it: parts in `data` where the type has several, TXT in quotes
 * (developers.cloudflare.com/api/resources/dns). Used by engine/publish and by the snippets.
 */
import { toPresentation } from "./presentation.ts";
import type { SetType } from "./record-sets.ts";

export interface CloudflareRecord {
  readonly name: string;
  readonly type: SetType;
  /** Seconds, or 1: automatic. */
  readonly ttl: number;
  readonly content?: string;
  readonly priority?: number;
  readonly data?: Readonly<Record<string, string | number>>;
  readonly proxied?: boolean;
}

export function cloudflareRecord(
  head: Pick<CloudflareRecord, "name" | "type" | "ttl">,
  value: string,
): CloudflareRecord {
  const { type } = head;
  const words = value.split(" ");
  const [first = 0, second = 0, third = 0] = words.map(Number);
  const last = words[3] ?? "";
  switch (type) {
    case "A":
    case "AAAA":
    case "CNAME":
      return { ...head, content: value, proxied: false };
    case "MX":
      return { ...head, priority: first, content: words[1] ?? "" };
    case "SRV":
      return { ...head, data: { priority: first, weight: second, port: third, target: last } };
    case "TLSA": {
      const data = { usage: first, selector: second, matching_type: third, certificate: last };
      return { ...head, data };
    }
    case "CAA": {
      const [, flags, tag = "", inner = ""] = /^(\d+) (\S+) "(.*)"$/s.exec(value) ?? [];
      return { ...head, data: { flags: Number(flags), tag, value: inner } };
    }
    default:
      return { ...head, content: toPresentation(type, value) };
  }
}
