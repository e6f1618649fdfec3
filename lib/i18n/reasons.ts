/**
 * Why a record was judged as it was (lib/mail/dns/reasons.ts: `reason.<key>`), and what follows from all
 * of them: both languages, same keys, same order. What is seen beyond records: probe-reasons.ts.
 */
import * as capabilities from "./capabilities.ts";
import * as records from "./reason-records.ts";

export const en = { ...records.en, ...capabilities.en } as const;

export const zh: Record<keyof typeof en, string> = { ...records.zh, ...capabilities.zh };
