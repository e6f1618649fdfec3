/** Every kind of record and its check: the table of contents, and the one entry. */
import type { CheckResult } from "../check.ts";
import type { ExpectedRecord, RecordKind } from "../record.ts";
import { checkAlias } from "./alias.ts";
import { checkHostCaa, checkIssuance } from "./caa.ts";
import { remembering, type CheckContext } from "./context.ts";
import { checkDkim } from "./dkim.ts";
import { checkConsent, checkDmarc } from "./dmarc.ts";
import { checkHostAddress, checkHostPointer } from "./host.ts";
import { checkMx } from "./mx.ts";
import { checkBimi, checkStsRecord, checkTlsReports } from "./policies.ts";
import { checkService } from "./service.ts";
import { checkSpf } from "./spf.ts";
import { checkTlsa } from "./tlsa.ts";
import { checkZone } from "./zone.ts";

export type { CheckContext } from "./context.ts";

type Check = (record: ExpectedRecord, ctx: CheckContext) => Promise<CheckResult>;

const CHECKS: Readonly<Record<RecordKind, Check>> = {
  mx: checkMx,
  spf: checkSpf,
  dkim: checkDkim,
  dkimTarget: checkDkim,
  dmarc: checkDmarc,
  dmarcReports: checkConsent,
  mtaStsHost: checkAlias,
  mtaStsPolicy: checkStsRecord,
  tlsReports: checkTlsReports,
  service: checkService,
  serviceOff: checkService,
  autoconfig: checkAlias,
  autodiscover: checkAlias,
  autodiscoverService: checkService,
  bimi: checkBimi,
  hostAddress: checkHostAddress,
  hostPointer: checkHostPointer,
  hostSpf: checkSpf,
  hostTlsReports: checkTlsReports,
  hostTlsa: checkTlsa,
  hostCaa: checkHostCaa,
};

/**
 * Looks at each record as it is now, in the order of `records`; then at the zone, and for a domain at whether
 * certificates for its names may be issued. Each question to DNS is asked once. Throws the reason of `ctx.signal` only.
 */
export async function checkRecords(
  records: readonly ExpectedRecord[],
  given: CheckContext,
): Promise<CheckResult[]> {
  const ctx = { ...given, observer: remembering(given) };
  const [results, issuance] = await Promise.all([
    Promise.all(records.map((record) => CHECKS[record.kind](record, ctx))),
    checkIssuance(ctx),
  ]);
  return [...results, checkZone(ctx), ...(issuance === null ? [] : [issuance])];
}
