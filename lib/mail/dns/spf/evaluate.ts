/**
 * Whether an address may send for a domain: check_host() of RFC 7208 §4, with all mechanisms and both limits
 * (§4.6.4: ten look-ups, two void ones). DNS comes in as a function, so that the record that is judged may
 * be one that a single name server has.
 *
 * Explanations (exp=) are not fetched: nobody would read them.
 */
import { isIPv6 } from "node:net";
import type { DnsAnswer, RecordValue } from "../../ports.ts";
import { isInNetwork } from "../ip-address.ts";
import { reverseName } from "../reverse-name.ts";
import { expandDomain, usesValidated, type MacroValues } from "./macro.ts";
import {
  isSpfRecord,
  parseSpf,
  type LookupTerm,
  type MechanismTerm,
  type Qualifier,
  type RedirectTerm,
  type SpfTerm,
} from "./record.ts";

export type SpfResult =
  "pass" | "fail" | "softfail" | "neutral" | "none" | "temperror" | "permerror";

export interface SpfDns {
  txt(name: string): Promise<DnsAnswer<string>>;
  ask<T extends "A" | "AAAA" | "MX" | "PTR">(
    name: string,
    type: T,
  ): Promise<DnsAnswer<RecordValue[T]>>;
}

export interface SpfQuestion {
  readonly ip: string;
  readonly domain: string;
  readonly sender: string;
  readonly helo: string;
}

export interface SpfAnswer {
  readonly result: SpfResult;
  readonly lookups: number;
  readonly voids: number;
  /** The term that decided, at the level of the domain asked about; "" when none did. */
  readonly term: string;
  /** Of an error: the name that it is about, and what is wrong. */
  readonly trouble: { readonly name: string; readonly problem: string } | null;
}

export const MAX_LOOKUPS = 10;
export const MAX_VOIDS = 2;
/** §4.6.4: names of MX and PTR whose addresses are asked for. */
const MAX_NAMES = 10;

export async function evaluateSpf(question: SpfQuestion, dns: SpfDns): Promise<SpfAnswer> {
  const run: Run = { ...question, dns, lookups: 0, voids: 0 };
  try {
    const { result, term } = await checkHost(run, question.domain);
    return { result, term, lookups: run.lookups, voids: run.voids, trouble: null };
  } catch (error) {
    if (!(error instanceof SpfTrouble)) throw error;
    const { result, name, problem } = error;
    const { lookups, voids } = run;
    return { result, term: "", lookups, voids, trouble: { name, problem } };
  }
}

/** What one evaluation has used up. */
interface Run extends Omit<SpfQuestion, "domain"> {
  readonly dns: SpfDns;
  lookups: number;
  voids: number;
}

class SpfTrouble extends Error {
  readonly result: "temperror" | "permerror";
  override readonly name: string;
  readonly problem: string;

  constructor(result: "temperror" | "permerror", name: string, problem: string) {
    super(problem);
    this.result = result;
    this.name = name;
    this.problem = problem;
  }
}

interface Found {
  readonly result: SpfResult;
  readonly term: string;
}

const RESULTS: Record<Qualifier, SpfResult> = {
  "+": "pass",
  "-": "fail",
  "~": "softfail",
  "?": "neutral",
};

async function checkHost(run: Run, domain: string): Promise<Found> {
  if (!isName(domain)) return { result: "none", term: "" };
  const answer = await run.dns.txt(domain);
  if (hasFailed(answer)) throw new SpfTrouble("temperror", domain, answer.rcode);
  const records = answer.records.filter(isSpfRecord);
  const [record] = records;
  if (record === undefined) return { result: "none", term: "" };
  if (records.length > 1) throw new SpfTrouble("permerror", domain, `${records.length} × v=spf1`);
  const { terms, problem } = parseSpf(record);
  if (terms === null) throw new SpfTrouble("permerror", domain, problem);
  return walk(run, domain, terms);
}

async function walk(run: Run, domain: string, terms: readonly SpfTerm[]): Promise<Found> {
  let redirect: RedirectTerm | null = null;
  for (const term of terms) {
    if (term.kind === "redirect") redirect = term;
    if (term.kind === "redirect" || term.kind === "exp") continue;
    if (await matches(run, domain, term))
      return { result: RESULTS[term.qualifier], term: term.text };
  }
  if (redirect === null) return { result: "neutral", term: "" };
  count(run, redirect.text);
  const target = await expand(run, domain, redirect.domain);
  const { result } = await checkHost(run, target);
  if (result === "none") throw new SpfTrouble("permerror", target, "no SPF record"); // §6.1
  return { result, term: redirect.text };
}

async function matches(run: Run, domain: string, term: MechanismTerm): Promise<boolean> {
  switch (term.kind) {
    case "all":
      return true;
    case "ip4":
    case "ip6":
      return isInNetwork(run.ip, term.address, term.bits);
    default:
      return asks(run, domain, term);
  }
}

async function asks(run: Run, domain: string, term: LookupTerm): Promise<boolean> {
  count(run, term.text);
  const target = term.domain === null ? domain : await expand(run, domain, term.domain);
  switch (term.kind) {
    case "include":
      return included(run, target);
    case "exists":
      return exists(run, target);
    case "a":
      return hasAddress(run, target, term);
    case "mx":
      return anyExchange(run, target, term);
    case "ptr":
      return (await validatedNames(run, target)).length > 0;
  }
}

async function exists(run: Run, name: string): Promise<boolean> {
  if (!isName(name)) return false;
  const found = await ask(run, name, "A");
  noteVoid(run, name, found);
  return found.length > 0;
}

/** §5.2: of the record that is included only "pass" matters. */
async function included(run: Run, target: string): Promise<boolean> {
  const { result } = await checkHost(run, target);
  if (result === "none") throw new SpfTrouble("permerror", target, "no SPF record");
  return result === "pass";
}

async function hasAddress(run: Run, name: string, term: LookupTerm): Promise<boolean> {
  if (!isName(name)) return false;
  const addresses = await addressesOf(run, name);
  noteVoid(run, name, addresses);
  return isAmong(run, addresses, term);
}

function addressesOf(run: Run, name: string): Promise<readonly string[]> {
  return isIPv6(run.ip) ? ask(run, name, "AAAA") : ask(run, name, "A");
}

function isAmong(run: Run, addresses: readonly string[], { bits4, bits6 }: LookupTerm): boolean {
  const bits = isIPv6(run.ip) ? bits6 : bits4;
  return addresses.some((address) => isInNetwork(run.ip, address, bits));
}

/** Void is counted by the term (§4.6.4): hosts of MX that lack one family of addresses are none. */
async function anyExchange(run: Run, name: string, term: LookupTerm): Promise<boolean> {
  if (!isName(name)) return false;
  const found = await ask(run, name, "MX");
  noteVoid(run, name, found);
  if (found.length > MAX_NAMES) throw new SpfTrouble("permerror", name, `${found.length} × MX`);
  for (const { exchange } of found) {
    if (isName(exchange) && isAmong(run, await addressesOf(run, exchange), term)) return true;
  }
  return false;
}

/** §5.5: names of the address that lead back to it and lie in the domain. Errors are no match. */
async function validatedNames(run: Run, domain: string): Promise<string[]> {
  const pointers = await run.dns.ask(reverseName(run.ip), "PTR");
  const names = hasFailed(pointers) ? [] : pointers.records.slice(0, MAX_NAMES);
  const isSix = isIPv6(run.ip);
  const valid: string[] = [];
  for (const name of names) {
    const lower = name.toLowerCase();
    if (lower !== domain && !lower.endsWith(`.${domain}`)) continue;
    const answer = isSix ? await run.dns.ask(name, "AAAA") : await run.dns.ask(name, "A");
    const bits = isSix ? 128 : 32;
    if (answer.records.some((address) => isInNetwork(run.ip, address, bits))) valid.push(lower);
  }
  return valid;
}

async function expand(run: Run, domain: string, spec: string): Promise<string> {
  const names = usesValidated(spec) ? await validatedNames(run, domain) : [];
  const values: MacroValues = { ...run, domain, validated: names[0] ?? "unknown" };
  return expandDomain(spec, values);
}

function count(run: Run, text: string): void {
  run.lookups += 1;
  if (run.lookups > MAX_LOOKUPS) throw new SpfTrouble("permerror", text, "look-ups > 10");
}

async function ask<T extends "A" | "AAAA" | "MX">(
  run: Run,
  name: string,
  type: T,
): Promise<readonly RecordValue[T][]> {
  const answer = await run.dns.ask(name, type);
  if (hasFailed(answer)) throw new SpfTrouble("temperror", name, answer.rcode);
  return answer.records;
}

function noteVoid(run: Run, name: string, found: readonly unknown[]): void {
  if (found.length > 0) return;
  run.voids += 1;
  if (run.voids > MAX_VOIDS) throw new SpfTrouble("permerror", name, "void look-ups > 2");
}

const hasFailed = ({ rcode }: DnsAnswer<unknown>) => rcode !== "NOERROR" && rcode !== "NXDOMAIN";

/** §4.3: what can be asked for at all. */
function isName(name: string): boolean {
  const labels = name.split(".");
  if (name.length > 253 || labels.length < 2) return false;
  return labels.every((label) => label.length > 0 && label.length <= 63);
}
