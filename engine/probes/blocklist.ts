/**
 * Whether lists that receivers ask name an address of this server: RFC 5782. A list that refuses public
 * resolvers (Spamhaus answers 127.255.255.x), or whose own test entry does not answer, says nothing: that
 * is "could not check". Private addresses are on no list.
 */
import type { CheckResult } from "../../lib/mail/dns/check.ts";
import { reverseName } from "../../lib/mail/dns/reverse-name.ts";
import { isPublicAddress } from "./addresses.ts";
import type { Probe, ProbeContext } from "./probe.ts";
import { because, probed, worst, type Outcome } from "./result.ts";

/** Lists that large receivers use, free to ask in small numbers; each is asked once a day an address. */
const LISTS = ["zen.spamhaus.org", "bl.spamcop.net", "b.barracudacentral.org"] as const;

/** RFC 5782 §5: 127.0.0.2 is always listed; ::FFFF:7F00:2 for IPv6 lists. */
const TEST_ENTRY = "2.0.0.127";
const TEST_MS = 10 * 60_000;

export const blocklist: Probe = {
  kinds: ["blocklist"],
  of: "server",
  async run({ server }, ctx) {
    const addresses = [...server.ipv4, ...server.ipv6];
    return Promise.all(addresses.map((address) => checkAddress(address, ctx)));
  },
};

async function checkAddress(address: string, ctx: ProbeContext): Promise<CheckResult> {
  const subject = {
    ...({ kind: "blocklist", of: address, scope: "host", group: "send" } as const),
    ...({ need: "recommended", name: address } as const),
  };
  if (!isPublicAddress(address)) {
    return probed(subject, {
      verdict: "unknown",
      reasons: [because("list.private", { address })],
    });
  }
  const outcomes = await Promise.all(LISTS.map((list) => ask(address, list, ctx)));
  const listed = outcomes.filter(({ verdict }) => verdict === "different");
  if (listed.length > 0) {
    const reasons = listed.flatMap((outcome) => outcome.reasons ?? []);
    const found = listed.flatMap((outcome) => outcome.found ?? []);
    return probed(subject, { verdict: "different", reasons, found });
  }
  // One list that answered "no" is an answer; those that did not are named beside it.
  const clean = outcomes.filter(({ verdict }) => verdict === "ok");
  const silent = outcomes.flatMap((outcome) => outcome.reasons ?? []);
  if (clean.length === 0) return probed(subject, worst(outcomes) ?? { verdict: "unknown" });
  return probed(subject, { verdict: "ok", reasons: silent, facts: { asked: clean.length } });
}

async function ask(address: string, list: string, ctx: ProbeContext): Promise<Outcome> {
  const name = `${queryName(address)}.${list}`;
  const { rcode, records } = await ctx.observer.ask(name, "A", ctx.signal);
  if (records.some((answer) => answer.startsWith("127.255.255.")))
    return { verdict: "unknown", reasons: [because("list.refused", { list })] };
  const hit = records.find((answer) => answer.startsWith("127."));
  if (hit !== undefined) {
    const { records: texts } = await ctx.observer.ask(name, "TXT", ctx.signal);
    const text = (texts[0] ?? hit).slice(0, 300);
    return {
      verdict: "different",
      reasons: [because("list.listed", { address, list, text })],
      found: [`${list}: ${hit}`],
    };
  }
  const works = rcode === "NXDOMAIN" || rcode === "NOERROR" ? await answersTest(list, ctx) : false;
  return works
    ? { verdict: "ok" }
    : { verdict: "unknown", reasons: [because("list.silent", { list })] };
}

/** A list that does not know its own test entry is dead, or hidden from us: its "no" means nothing. */
function answersTest(list: string, { memo, observer, signal }: ProbeContext): Promise<boolean> {
  return memo.through(`blocklist ${list}`, TEST_MS, async () => {
    const { records } = await observer.ask(`${TEST_ENTRY}.${list}`, "A", signal);
    return records.some((answer) => /^127\.0\./.test(answer));
  });
}

/** As in the reverse zone, without its suffix (§2.1, §2.4). */
const queryName = (address: string) => reverseName(address).replace(/\.(?:in-addr|ip6)\.arpa$/, "");
