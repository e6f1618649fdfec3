/**
 * What a look at DNS says about one signing key: whether the servers show it (RFC 6376 §3.6.1). The key
 * itself is compared, not the text: spaces, order of tags and quoting differ between DNS hosts.
 */
import { dkimText, type DkimAlgorithm } from "../dkim-keys.ts";
import type { ShownAnswer } from "./check.ts";
import { isDkim, parseDkim } from "./dkim-record.ts";

export interface KeySight {
  /** When it was looked at. */
  readonly at: Date;
  /**
   * "everywhere": no name server denies it, and the resolver shows it. "nowhere": those that could be
   * asked deny it. "partly": some do, or caches still have what the servers no longer say.
   */
  readonly shown: "everywhere" | "partly" | "nowhere" | "unknown";
  /** There is no record at all any more. */
  readonly gone: boolean;
  /** The longest time that an answer, or "there is none", is kept; seconds. */
  readonly ttl: number;
}

export interface SoughtKey {
  readonly algorithm: DkimAlgorithm;
  readonly publicKey: string;
}

/** What is needed of an answer. */
export type SeenAnswer = Pick<ShownAnswer, "view" | "rcode" | "values" | "ttl">;

export function sightOf(key: SoughtKey, answers: readonly SeenAnswer[], at: Date): KeySight {
  const seen = answers.map((answer) => ({ view: answer.view, says: says(key, answer) }));
  const count = (view: string, word: Said) =>
    seen.filter((one) => one.view === view && one.says === word).length;
  const [yes, no] = [count("authority", "yes"), count("authority", "no")];
  const resolver = seen.find(({ view }) => view === "resolver")?.says ?? "unknown";
  return {
    at,
    shown: shownBy({ yes, no, resolver }),
    gone: no > 0 && yes === 0 && answers.every((answer) => !isUsable(answer) || isEmpty(answer)),
    ttl: Math.max(0, ...answers.filter(isUsable).map(({ ttl }) => ttl)),
  };
}

type Said = "yes" | "no" | "unknown";

function shownBy({ yes, no, resolver }: { yes: number; no: number; resolver: Said }) {
  // A network that lets nobody ask name servers leaves the resolver's word: it has the record.
  if (no === 0 && resolver === "yes") return "everywhere";
  if (yes > 0 || resolver === "yes") return "partly";
  return no > 0 ? "nowhere" : "unknown";
}

function says(key: SoughtKey, answer: SeenAnswer): Said {
  if (!isUsable(answer)) return "unknown";
  // Two keys under one name: which one a receiver takes is undefined (§3.6.2.2).
  const [only, ...more] = answer.values.filter(isDkim);
  return only !== undefined && more.length === 0 && holds(key, only) ? "yes" : "no";
}

const isUsable = ({ rcode }: SeenAnswer) => rcode === "NOERROR" || rcode === "NXDOMAIN";
const isEmpty = ({ values }: SeenAnswer) => !values.some(isDkim);

/** The record is of this key, and lets it verify our mail. */
export function holds({ algorithm, publicKey }: SoughtKey, text: string): boolean {
  const { record } = parseDkim(text);
  const wanted = parseDkim(dkimText({ algorithm, publicKey })).record?.key;
  if (!record?.key || !wanted || record.p === "" || record.restriction !== null) return false;
  return record.k === (algorithm === "rsa_sha256" ? "rsa" : "ed25519") && record.key.equals(wanted);
}
