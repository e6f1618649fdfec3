/**
 * What is looked at beyond records: connections as a stranger would make them. A probe answers with the
 * same `CheckResult` as a record's check; what cannot be seen from where we stand is "unknown", with a
 * reason that says so, never a failure.
 */
import type { CheckResult, ProbeKind } from "../../lib/mail/dns/check.ts";
import type { Observer } from "../../lib/mail/dns/observer.ts";
import type { ServerProfile } from "../../lib/mail/server-profile.ts";
import type { MtaStsPolicy } from "../../lib/mail/mta-sts.ts";
import type { Settings } from "../../lib/settings/settings.ts";
import type { Memo } from "./memo.ts";

/** A domain, or (without one) the server itself. */
export interface ProbeTarget {
  /** Lower-case A-labels; null: the server. */
  readonly domain: string | null;
  readonly server: ServerProfile;
  /** The policy that the domain is meant to serve; null when it has none, or for the server. */
  readonly mtaSts: MtaStsPolicy | null;
}

export type ProbeSettings = Pick<
  Settings,
  "mailHostname" | "smtpDeliveryPort" | "deliverToPrivateNetworks" | "httpsFetchPort"
>;

export interface ProbeContext {
  readonly settings: ProbeSettings;
  readonly observer: Observer;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** PEM roots that certificates are verified with; null: those that Node carries. */
  readonly roots: readonly string[] | null;
  /** Kept by whoever runs probes, one for all of them. */
  readonly memo: Memo;
}

/** Answers within its own time limits and never throws for what the world may do. */
export interface Probe {
  readonly kinds: readonly ProbeKind[];
  /** Whose probe it is: the domain's, the server's. */
  readonly of: "domain" | "server";
  run(target: ProbeTarget, ctx: ProbeContext): Promise<CheckResult[]>;
}
