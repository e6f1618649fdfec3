/**
 * Reading a DKIM key record: RFC 6376 §3.6.1, RFC 8301, RFC 8463. White space in a value has no meaning; the
 * order of tags neither, except that `v` comes first when it is there. The key is decoded, so that two
 * records are compared by what verifies and not by how they are written.
 */
import { createPublicKey } from "node:crypto";
import { parseTags } from "./tag-list.ts";

export interface DkimRecord {
  /** "rsa", "ed25519", or what else is written. */
  readonly k: string;
  /** As written, white space taken out. "": revoked. */
  readonly p: string;
  /** The decoded octets; null when p is no base64. */
  readonly key: Buffer | null;
  /** Of an RSA key that can be read; 256 for Ed25519; null otherwise. */
  readonly bits: number | null;
  /** "t=y". */
  readonly testing: boolean;
  /** A tag that shuts our mail out: "h=sha1", "s=other"; null: none. */
  readonly restriction: string | null;
}

export type ParsedDkim =
  | { readonly record: DkimRecord; readonly problem: null }
  | { readonly record: null; readonly problem: string };

const ED25519_OCTETS = 32;
const ED25519_BITS = 256;

/** Among TXT records at a selector: what is meant as a key. */
export const isDkim = (text: string) =>
  /^\s*v\s*=\s*DKIM1\b/i.test(text) || /(?:^|;)\s*p\s*=/.test(text);

export function parseDkim(text: string): ParsedDkim {
  const tags = parseTags(text);
  if (tags === null) return { record: null, problem: "tag=value; tag=value" };
  const version = tags.get("v");
  const isFirst = tags.entries[0]?.name === "v";
  if (version !== undefined && (version !== "DKIM1" || !isFirst))
    return { record: null, problem: `v=${version}` };
  const written = tags.get("p");
  if (written === undefined) return { record: null, problem: "p" };
  const p = written.replace(/\s+/g, "");
  const k = tags.get("k") ?? "rsa";
  const key = decodeBase64(p);
  const flags = list(tags.get("t") ?? "");
  const record: DkimRecord = {
    ...{ k, p, key },
    bits: key === null ? null : bitsOf(k, key),
    testing: flags.includes("y"),
    restriction: restrictionOf(tags.get("h"), tags.get("s")),
  };
  return { record, problem: null };
}

const list = (value: string) => value.split(":").map((item) => item.trim().toLowerCase());

function restrictionOf(hashes: string | undefined, services: string | undefined): string | null {
  if (hashes !== undefined && !list(hashes).includes("sha256")) return `h=${hashes}`;
  const known = services === undefined ? ["*"] : list(services);
  return known.includes("*") || known.includes("email") ? null : `s=${services ?? ""}`;
}

function decodeBase64(text: string): Buffer | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  return Buffer.from(text, "base64");
}

function bitsOf(k: string, key: Buffer): number | null {
  if (k === "ed25519") return key.length === ED25519_OCTETS ? ED25519_BITS : null;
  return rsaBits(key, "spki") ?? rsaBits(key, "pkcs1");
}

/** §3.6.1 says RSAPublicKey, everybody writes SubjectPublicKeyInfo, verifiers take both. */
function rsaBits(key: Buffer, type: "spki" | "pkcs1"): number | null {
  try {
    const read = createPublicKey({ key, format: "der", type });
    return read.asymmetricKeyDetails?.modulusLength ?? null;
  } catch {
    return null;
  }
}
