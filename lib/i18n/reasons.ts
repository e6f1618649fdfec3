/**
 * Why a check came out as it did (lib/mail/dns/reasons.ts: `reason.<key>`), and what follows from all of
 * them: both languages, same keys, same order.
 */
import type { ReasonKey } from "../mail/dns/reasons.ts";
import * as capabilities from "./capabilities.ts";
import * as probes from "./probe-reasons.ts";
import * as records from "./reason-records.ts";

export const en = {
  ...records.en,
  ...probes.en,
  ...capabilities.en,
} as const satisfies Record<`reason.${ReasonKey}`, string>;

export const zh: Record<keyof typeof en, string> = {
  ...records.zh,
  ...probes.zh,
  ...capabilities.zh,
};
