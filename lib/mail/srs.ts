/**
 * Sender Rewriting Scheme: the reverse-path of mail that we forward names us, so that SPF holds, and
 * tells us where a bounce belongs.
 *
 *   ann@a.example       →  SRS0=<hash>=<day>=a.example=ann@forwarder
 *   SRS0=…@f1.example   →  SRS1=<hash>=f1.example==…@forwarder          (forwarded twice)
 *
 * The hash (HMAC-SHA-256, 50 bits in base32) and the day keep strangers from using us as a relay. Both
 * survive a change of case, which some servers inflict on local parts.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { MAX_LOCAL_PART, formatAddress, parseAddress, type Address } from "./address.ts";

/** A bounce comes within the sender's queue lifetime (5 days, RFC 5321 §4.5.4.1), twice over, and some. */
const VALID_DAYS = 21;
const DAY_MS = 86_400_000;
const CYCLE = 1024;
const HASH_LENGTH = 10;
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

export interface Srs {
  readonly secret: string;
  readonly now: Date;
}

/**
 * The reverse-path under which mail of `sender` leaves for elsewhere; null when it does not fit into a
 * local part (RFC 5321 §4.5.3.1.1), then it leaves under its own name.
 */
export function rewriteSender(sender: Address, forwarder: string, srs: Srs): Address | null {
  const local = /^srs[01]=/i.test(sender.local) ? again(sender, srs) : first(sender, srs);
  if (Buffer.byteLength(local) > MAX_LOCAL_PART) return null;
  return { local, domain: forwarder };
}

function first(sender: Address, srs: Srs): string {
  const day = dayMark(srs.now);
  const rest = `${day}=${sender.domain}=${sender.local}`;
  return `SRS0=${hash(rest, srs.secret)}=${rest}`;
}

/** SRS1 keeps the first forwarder and what it wrote; the ones between are skipped on the way back. */
function again(sender: Address, srs: Srs): string {
  const known = /^srs1=[^=]+=([^=]+)==(.+)$/i.exec(sender.local);
  const domain = known?.[1] ?? sender.domain;
  const rest = known?.[2] ?? sender.local.slice("SRS0=".length);
  return `SRS1=${hash(`${domain}==${rest}`, srs.secret)}=${domain}==${rest}`;
}

/** Where a bounce to a rewritten address goes; null when we did not write it, or too long ago. */
export function restoreSender(local: string, srs: Srs): Address | null {
  const one = /^srs1=([^=]+)=(([^=]+)==(.+))$/i.exec(local);
  if (one) {
    const [, mark = "", signed = "", domain = "", rest = ""] = one;
    return genuine(mark, signed, srs) ? parseAddress(`SRS0=${rest}@${domain}`) : null;
  }
  const zero = /^srs0=([^=]+)=(([a-z2-7]{2})=([^=]+)=(.+))$/i.exec(local);
  if (!zero) return null;
  const [, mark = "", signed = "", day = "", domain = "", name = ""] = zero;
  if (!genuine(mark, signed, srs) || !recent(day, srs.now)) return null;
  return parseAddress(formatAddress({ local: name, domain }));
}

function hash(text: string, secret: string): string {
  const digest = createHmac("sha256", secret).update(`srs:${text.toLowerCase()}`).digest();
  return Array.from(digest.subarray(0, HASH_LENGTH), (byte) => BASE32[byte & 31]).join("");
}

function genuine(mark: string, signed: string, srs: Srs): boolean {
  const got = Buffer.from(mark.toLowerCase());
  const want = Buffer.from(hash(signed, srs.secret));
  return got.length === want.length && timingSafeEqual(got, want);
}

const dayOf = (now: Date) => Math.floor(now.getTime() / DAY_MS) % CYCLE;

function dayMark(now: Date): string {
  const day = dayOf(now);
  return `${BASE32[day >> 5]}${BASE32[day & 31]}`;
}

function recent(mark: string, now: Date): boolean {
  const [high = "", low = ""] = mark.toLowerCase();
  const day = BASE32.indexOf(high) * 32 + BASE32.indexOf(low);
  return (dayOf(now) - day + CYCLE) % CYCLE <= VALID_DAYS;
}
