/**
 * Our `Resolver` in the shape that mailauth asks for: dns.promises.resolve(), values as Node gives them,
 * errors with Node's codes. "No such name" and "no data" must stay apart from "cannot say": the one is
 * `none`, the other `temperror` in every verdict (RFC 7208 §2.6.6).
 */
import type { DnsAnswer, Rcode, Resolver } from "../../lib/mail/ports.ts";

const CODES: Readonly<Record<Rcode, string>> = {
  NOERROR: "ENODATA",
  NXDOMAIN: "ENOTFOUND",
  SERVFAIL: "ESERVFAIL",
  REFUSED: "EREFUSED",
  TIMEOUT: "ETIMEOUT",
  OTHER: "ESERVFAIL",
};

class DnsError extends Error {
  readonly code: string;

  constructor(name: string, type: string, rcode: Rcode) {
    super(`${type} ${name}: ${rcode}`);
    this.code = CODES[rcode];
  }
}

/** For the `resolver` option of mailauth's functions. */
export function mailauthResolver(resolver: Resolver, signal?: AbortSignal) {
  return async (name: string, type: string): Promise<unknown[]> => {
    const found = <T>({ rcode, records }: DnsAnswer<T>): readonly T[] => {
      if (rcode !== "NOERROR" || records.length === 0) throw new DnsError(name, type, rcode);
      return records;
    };
    switch (type.toUpperCase()) {
      case "TXT":
        return found(await resolver.query(name, "TXT", signal)).map((text) => [text]);
      case "MX":
        return found(await resolver.query(name, "MX", signal)).map((mx) => ({
          priority: mx.preference,
          exchange: mx.exchange === "." ? "" : mx.exchange,
        }));
      case "A":
      case "AAAA":
      case "PTR":
      case "CNAME":
      case "NS":
        return [...found(await resolver.query(name, nameType(type), signal))];
      default:
        throw new DnsError(name, type, "OTHER");
    }
  };
}

function nameType(type: string): "A" | "AAAA" | "PTR" | "CNAME" | "NS" {
  const upper = type.toUpperCase();
  return upper === "AAAA" || upper === "PTR" || upper === "CNAME" || upper === "NS" ? upper : "A";
}
