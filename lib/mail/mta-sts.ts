/**
 * MTA-STS: RFC 8461. The TXT record that announces a policy (§3.1) and the policy that the host
 * "mta-sts.<domain>" serves (§3.2).
 */

export type MtaStsMode = "none" | "testing" | "enforce";

export interface MtaStsPolicy {
  readonly mode: MtaStsMode;
  /** Host names that MX may point to. */
  readonly mx: readonly string[];
  /** Seconds. */
  readonly maxAge: number;
}

/** §3.2: "max_age" is at most a year and a day or so. */
export const MAX_MAX_AGE = 31_557_600;

/** What a domain's row says of its policy. */
export interface MtaStsSettings {
  readonly mtaStsMode: MtaStsMode;
  /** Seconds. */
  readonly mtaStsMaxAge: number;
  /** Empty: this server. */
  readonly mtaStsMx: readonly string[];
}

/** The policy that the domain serves and that the world is compared with. */
export function policyOf(domain: MtaStsSettings, hostName: string): MtaStsPolicy {
  const { mtaStsMode: mode, mtaStsMaxAge: maxAge, mtaStsMx } = domain;
  return { mode, maxAge, mx: mtaStsMx.length > 0 ? mtaStsMx : [hostName] };
}

/**
 * Until when senders may hold an older policy that is not "none" (§5.1): whoever fetched it a moment
 * before the change keeps it for its whole max_age. Null when none was ever held.
 */
export function heldUntil(
  before: Pick<MtaStsPolicy, "mode" | "maxAge">,
  heldBefore: Date | null,
  now: Date,
): Date | null {
  if (before.mode === "none") return heldBefore;
  const until = new Date(now.getTime() + before.maxAge * 1000);
  return heldBefore !== null && heldBefore > until ? heldBefore : until;
}

/** The body of /.well-known/mta-sts.txt: lines end with CRLF. */
export function policyText({ mode, mx, maxAge }: MtaStsPolicy): string {
  if (mode !== "none" && mx.length === 0) throw new TypeError("A policy names at least one mx");
  const age = Math.min(Math.max(0, Math.floor(maxAge)), MAX_MAX_AGE);
  const lines = [
    "version: STSv1",
    `mode: ${mode}`,
    ...mx.map((name) => `mx: ${name}`),
    `max_age: ${age}`,
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

export function mtaStsText(id: string): string {
  return `v=STSv1; id=${id};`;
}

/**
 * A new policy id: the time to the second, "20261123T071200", which says also when the policy was
 * made. §3.1 allows 32 letters and digits. Never the previous one, and always later than it.
 */
export function newPolicyId(now: Date, previous: string | null = null): string {
  const id = timeId(now);
  if (previous === null || id > previous) return id;
  const before = idTime(previous);
  return before === null ? id : timeId(new Date(before.getTime() + 1000));
}

function timeId(time: Date): string {
  return time.toISOString().slice(0, 19).replace(/[-:]/g, "");
}

function idTime(id: string): Date | null {
  const found = /^(\d{4})(\d\d)(\d\d)T?(\d\d)(\d\d)(\d\d)$/.exec(id);
  if (found === null) return null;
  const [year = 0, month = 1, day, hour, minute, second] = found.slice(1).map(Number);
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}
