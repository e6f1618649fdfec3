/**
 * The MTA-STS policy of a domain as the world gets it (RFC 8461 §3.2, §3.3), compared with the one it is
 * meant to have and with the exchanges that DNS names now: a policy that leaves one out keeps mail away.
 */
import { allowsMx, readPolicyText } from "../../lib/mail/mta-sts-policy.ts";
import type { MtaStsPolicy } from "../../lib/mail/mta-sts.ts";
import type { Reason } from "../../lib/mail/dns/reasons.ts";
import { addressesOf } from "./addresses.ts";
import { fetchPolicy, type Fetched } from "./fetch-policy.ts";
import type { Probe, ProbeContext, ProbeTarget } from "./probe.ts";
import { because, probed, worst, type Outcome, type Subject } from "./result.ts";

/** §3.2: less than a day protects nobody who writes once a week; mox and others warn here too. */
const SHORT_AGE = 86_400;

export const stsPolicy: Probe = {
  kinds: ["stsPolicy"],
  of: "domain",
  async run(target, ctx) {
    const { domain, mtaSts } = target;
    if (domain === null || mtaSts === null) return [];
    const host = `mta-sts.${domain}`;
    const subject: Subject = {
      ...({ kind: "stsPolicy", scope: "domain", group: "encrypt" } as const),
      need: mtaSts.mode === "none" ? "optional" : "recommended",
      name: `https://${host}/.well-known/mta-sts.txt`,
    };
    return [probed(subject, await look(host, { ...target, mtaSts }, ctx))];
  },
};

type Target = ProbeTarget & { readonly mtaSts: MtaStsPolicy };

async function look(host: string, target: Target, ctx: ProbeContext): Promise<Outcome> {
  const port = ctx.settings.httpsFetchPort;
  const { addresses, silent } = await addressesOf(host, port, { target, ctx });
  if (addresses.length === 0) {
    if (silent) return { verdict: "unknown", reasons: [because("probe.dnsSilent", { host })] };
    const verdict = target.mtaSts.mode === "none" ? "off" : "missing";
    return { verdict, reasons: [because("probe.noAddress", { host })] };
  }
  const exchanges = await exchangesOf(target, ctx);
  const outcomes = await Promise.all(
    addresses.map(async ({ address, why }): Promise<Outcome> => {
      if (why !== null)
        return { verdict: "unknown", reasons: [because("probe.private", { host, address })] };
      const { roots, signal } = ctx;
      const url = `https://${host}/.well-known/mta-sts.txt`;
      try {
        const fetched = await fetchPolicy({ host, address, port, roots, signal });
        return judge(fetched, { host, wanted: target.mtaSts, exchanges });
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        const reasons = [because("sts.httpsFailed", { url, problem })];
        // Silence may be our own way out; a refusal or a broken handshake is theirs.
        return { verdict: problem === "no answer in time" ? "unknown" : "different", reasons };
      }
    }),
  );
  return worst(outcomes) ?? { verdict: "unknown" };
}

async function exchangesOf({ domain }: ProbeTarget, ctx: ProbeContext): Promise<string[]> {
  if (domain === null) return [];
  const { records } = await ctx.observer.ask(domain, "MX", ctx.signal);
  return records
    .map(({ exchange }) => exchange.replace(/\.$/, "").toLowerCase())
    .filter((name) => name !== "");
}

interface Wanted {
  readonly host: string;
  readonly wanted: MtaStsPolicy;
  readonly exchanges: readonly string[];
}

function judge(fetched: Fetched, { host, wanted, exchanges }: Wanted): Outcome {
  const { certificateProblem, notAfter } = fetched;
  if (certificateProblem !== null) {
    return wrong(because("sts.certificate", { host, problem: certificateProblem }));
  }
  const transport = transportProblem(fetched);
  if (transport !== null) return wrong(transport);
  const { policy, problem } = readPolicyText(fetched.body);
  if (policy === null) return wrong(because("sts.bad", { url: fetched.url, problem }), fetched);
  const facts = { ...policy, notAfter };
  const differences = differencesOf(policy, wanted);
  const uncovered = exchanges.filter(
    (name) => policy.mode !== "none" && !allowsMx(policy.mx, name),
  );
  const reasons = [
    ...uncovered.map((name) => because("sts.mxNotCovered", { host: name })),
    ...differences,
  ];
  const found = [fetched.body.trim().slice(0, 2_000)];
  if (reasons.length > 0) return { verdict: "different", reasons, found, facts };
  return { ...strength(policy), found, facts };
}

function transportProblem(fetched: Fetched): Reason | null {
  const { url, status, location, contentType } = fetched;
  if (location !== null && status >= 300 && status < 400)
    return because("sts.redirect", { url, location: location.slice(0, 200) });
  if (status !== 200) return because("sts.status", { url, status });
  if (fetched.tooLarge) return because("sts.tooLarge", { url });
  if (!/^text\/plain\b/i.test(contentType))
    return because("sts.contentType", { url, type: contentType.slice(0, 100) });
  return null;
}

function differencesOf(policy: MtaStsPolicy, wanted: MtaStsPolicy): Reason[] {
  const reasons: Reason[] = [];
  if (policy.mode !== wanted.mode)
    reasons.push(because("sts.otherMode", { found: policy.mode, expected: wanted.mode }));
  if (policy.maxAge !== wanted.maxAge)
    reasons.push(because("sts.otherAge", { found: policy.maxAge, expected: wanted.maxAge }));
  const [found, expected] = [policy.mx, wanted.mx].map((mx) => [...mx].sort().join(", "));
  if (wanted.mode !== "none" && found !== expected)
    reasons.push(because("sts.otherMx", { found: found ?? "", expected: expected ?? "" }));
  return reasons;
}

/** Right as it is; whether it could protect more. */
function strength({ mode, maxAge }: MtaStsPolicy): Outcome {
  if (mode === "none") return { verdict: "off", reasons: [because("sts.none")] };
  if (mode === "testing") return { verdict: "weak", reasons: [because("sts.testing")] };
  if (maxAge < SHORT_AGE)
    return { verdict: "weak", reasons: [because("sts.shortAge", { seconds: maxAge })] };
  return { verdict: "ok" };
}

const wrong = (reason: Reason, fetched?: Fetched): Outcome => ({
  verdict: "different",
  reasons: [reason],
  ...(fetched && { found: [fetched.body.trim().slice(0, 2_000)] }),
});
