/**
 * The DMARC policy record: RFC 9989 §4.7, and the permission to send reports elsewhere (RFC 9990 §4).
 *
 * A new domain asks for `p=none` with reports to its postmaster: nothing is refused while the
 * reports show who writes in its name. The way up is quarantine and reject, each first with `t=y`;
 * the percentages of RFC 7489 (pct, and rf, ri) exist no more and are never written.
 */

export type DmarcDisposition = "none" | "quarantine" | "reject";

export interface DmarcPolicy {
  readonly p: DmarcDisposition;
  /** Sub-domains, and sub-domains that do not exist. Absent: as `p`. */
  readonly sp?: DmarcDisposition;
  readonly np?: DmarcDisposition;
  /** "Testing": receivers report but do not apply the policy. */
  readonly t?: boolean;
  /** This is a public suffix ("y"), or decidedly the top of its organisation ("n"); absent: "u". */
  readonly psd?: "y" | "n";
  /** Strict alignment; relaxed by default. */
  readonly strictDkim?: boolean;
  readonly strictSpf?: boolean;
  /** Addresses for aggregate reports, most a record names is a handful. */
  readonly rua: readonly string[];
  /** Addresses for failure reports, and when they are asked for (RFC 9991): "0", "1", "d", "s". */
  readonly ruf?: readonly string[];
  readonly fo?: readonly string[];
}

export function startingDmarc(domain: string): DmarcPolicy {
  return { p: "none", rua: [`postmaster@${domain}`] };
}

/** `v` first, then `p` (§4.7); what is default is not written. */
export function dmarcText(policy: DmarcPolicy): string {
  const tags: [name: string, value: string][] = [
    ["v", "DMARC1"],
    ["p", policy.p],
  ];
  if (policy.sp !== undefined && policy.sp !== policy.p) tags.push(["sp", policy.sp]);
  if (policy.np !== undefined && policy.np !== (policy.sp ?? policy.p))
    tags.push(["np", policy.np]);
  if (policy.strictDkim) tags.push(["adkim", "s"]);
  if (policy.strictSpf) tags.push(["aspf", "s"]);
  if (policy.psd !== undefined) tags.push(["psd", policy.psd]);
  if (policy.t) tags.push(["t", "y"]);
  if (policy.rua.length > 0) tags.push(["rua", policy.rua.map(mailtoUri).join(",")]);
  const { ruf = [], fo = [] } = policy;
  // Without `ruf` nobody is told, and "0" is what an absent `fo` means.
  if (ruf.length > 0 && fo.some((option) => option !== "0")) tags.push(["fo", fo.join(":")]);
  if (ruf.length > 0) tags.push(["ruf", ruf.map(mailtoUri).join(",")]);
  return tags.map(([name, value]) => `${name}=${value}`).join("; ");
}

/** RFC 6068, with "," "!" and ";" encoded, which would end the address in a tag's value (§4.7). */
export function mailtoUri(address: string): string {
  const at = address.lastIndexOf("@");
  const local = encodeURIComponent(address.slice(0, at)).replaceAll("!", "%21");
  return `mailto:${local}@${address.slice(at + 1)}`;
}

/** Domains that have to agree to reports about `domain`: those that do not share its tree. */
export function reportDomains(domain: string, { rua, ruf = [] }: DmarcPolicy): string[] {
  const hosts = [...rua, ...ruf].map((address) =>
    address.slice(address.lastIndexOf("@") + 1).toLowerCase(),
  );
  return [...new Set(hosts)].filter((host) => !inOneTree(host, domain));
}

/** One above the other; a sibling under the same owner is asked too, which does no harm. */
function inOneTree(a: string, b: string): boolean {
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}
