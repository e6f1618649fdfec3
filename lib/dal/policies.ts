/** Views and operations of a domain's policies. */
import "server-only";
import { cache } from "react";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { dmarcText, type DmarcPolicy } from "@/lib/mail/dns/dmarc.ts";
import { railOf, type RailPart, type RailState } from "@/lib/mail/mta-sts-rail.ts";
import { mtaStsText, policyText } from "@/lib/mail/mta-sts.ts";
import { domainIn } from "@/lib/schemas/domain-segment.ts";
import type { DmarcForm, MtaStsForm, TlsReportsForm } from "@/lib/schemas/policies.ts";
import * as service from "@/lib/service/policies.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

export type { RailPart, RailState };

export interface SeenView {
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly verdict: string;
  readonly reasons: readonly {
    readonly key: string;
    readonly params: Readonly<Record<string, string | number>>;
  }[];
  readonly found: readonly string[];
  readonly checkedAt: Date;
}

const read = cache(async (segment: string) => {
  const actor = await requireActor();
  const name = domainIn(segment);
  const view = name === null ? null : await service.getPolicies(runtime().service, actor, name);
  return view && { ...view, name: view.domain.name, shown: toUnicodeDomain(view.domain.name) };
});

type Step = "none" | "quarantineTest" | "quarantine" | "rejectTest" | "reject";
export const DMARC_STEPS: readonly Step[] = [
  ...(["none", "quarantineTest", "quarantine", "rejectTest", "reject"] as const),
];

export async function getDmarcView(segment: string) {
  const view = await read(segment);
  if (!view) return null;
  const { name, shown, dmarc, checks, mayWrite } = view;
  return {
    ...{ name, shown, dmarc, mayWrite },
    recordName: `_dmarc.${name}`,
    text: dmarcText(dmarc),
    step: stepOf(dmarc),
    seen: only(checks, "dmarc", "dmarcReports"),
  };
}

function stepOf({ p, t }: DmarcPolicy): Step {
  return p === "none" || !t ? p : `${p}Test`;
}

export async function getMtaStsView(segment: string) {
  const view = await read(segment);
  if (!view) return null;
  const { name, shown, domain, mtaSts, checks, mayWrite, hostName } = view;
  const rail: readonly RailPart[] = railOf(mtaSts.mode, checks);
  const mx = checks.find(({ kind }) => kind === "mx");
  return {
    ...{ name, shown, mayWrite, hostName, rail },
    mode: mtaSts.mode,
    maxAge: mtaSts.maxAge,
    /** As set by hand; empty: this server. */
    mx: domain.mtaStsMx,
    id: domain.mtaStsId,
    heldUntil: domain.mtaStsHeldUntil,
    recordName: `_mta-sts.${name}`,
    text: mtaStsText(domain.mtaStsId),
    url: `https://mta-sts.${name}/.well-known/mta-sts.txt`,
    body: policyText(mtaSts).replaceAll("\r\n", "\n"),
    /** What DNS names and the policy leaves out. */
    otherMx: mx === undefined ? [] : uncovered(mx.found, mtaSts.mx),
    seen: only(checks, "mtaStsHost", "stsPolicy", "mtaStsPolicy", "smtpTls"),
    tlsReports: {
      to: domain.tlsReportsTo ?? "",
      recordName: `_smtp._tls.${name}`,
      seen: only(checks, "tlsReports"),
    },
  };
}

/** "10 mail.example.net" → "mail.example.net", those that no pattern names. */
function uncovered(found: readonly string[], patterns: readonly string[]): string[] {
  const hosts = found.map((value) => value.split(" ").at(-1)?.toLowerCase() ?? "");
  const wild = (host: string) => host.replace(/^[^.]+/, "*");
  return hosts.filter(
    (host) => host !== "" && !patterns.includes(host) && !patterns.includes(wild(host)),
  );
}

function only(checks: readonly SeenView[], ...kinds: readonly string[]): SeenView[] {
  return checks.filter(({ kind }) => kinds.includes(kind));
}

export async function setDmarc(input: DmarcForm) {
  return service.setDmarc(runtime().service, await requireActor(), input);
}

export async function setMtaSts(input: MtaStsForm) {
  return service.setMtaSts(runtime().service, await requireActor(), input);
}

export async function setTlsReports(input: TlsReportsForm) {
  return service.setTlsReports(runtime().service, await requireActor(), input);
}
