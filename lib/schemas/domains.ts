/** Forms about domains themselves, and what the one that adds many answers. */
import { z } from "zod";
import { splitDomainInput } from "../mail/domain-input.ts";
import { DNS_HOSTS } from "../mail/dns/dns-hosts.ts";
import { OTHER_HOST } from "../mail/dns/providers.ts";
import { DOMAIN_MODES } from "../mail/domain-mode.ts";
import type { FormState } from "./form-state.ts";
import { DomainName, ReportsTo } from "./forms.ts";

export const Mode = z.enum(DOMAIN_MODES, "error.domain.mode");

export const SetDomainMode = z.object({
  domain: DomainName,
  mode: Mode,
  /** Ticked: the consequences that were shown are wanted. */
  sure: z
    .string()
    .optional()
    .transform((value) => value === "on"),
});
export type SetDomainMode = z.infer<typeof SetDomainMode>;

/** "": by its name servers. */
export const SetDnsHost = z.object({
  domain: DomainName,
  host: z.union(
    [z.literal("").transform(() => null), z.enum([...DNS_HOSTS.map(({ id }) => id), OTHER_HOST])],
    "error.dnsHost",
  ),
});
export type SetDnsHost = z.infer<typeof SetDnsHost>;

/**
 * Octets: two thousand lines of a hundred. With the answer before, which a form over an action sends along, it
 * has to stay below the megabyte that an action takes.
 */
export const MAX_LIST_TEXT = 200_000;

/** One domain or a list of them, as typed; "add" when the list was looked over. */
export const NewDomains = z.object({
  text: z
    .string("error.domain.invalid")
    .refine((text) => Buffer.byteLength(text) <= MAX_LIST_TEXT, "error.domain.tooMuch")
    .transform(splitDomainInput)
    .pipe(z.array(z.string()).min(1, "error.domain.invalid")),
  step: z.enum(["look", "add"]).catch("look"),
  mode: Mode.default("full"),
  reportsTo: ReportsTo,
});
export type NewDomains = z.infer<typeof NewDomains>;

export const LIST_RESULTS = [
  ...(["valid", "lab", "added", "taken", "repeated"] as const),
  ...(["invalid", "ip", "tooLong", "suffix", "reserved"] as const),
] as const;
export type ListResult = (typeof LIST_RESULTS)[number];

export interface ListRow {
  readonly text: string;
  /** A-labels; null: not understood. */
  readonly name: string | null;
  /** In its script, where that is another. */
  readonly shown: string | null;
  readonly result: ListResult;
}

export interface ListState extends FormState {
  /** Null: no list was given. */
  readonly list: {
    readonly rows: readonly ListRow[];
    readonly summary: string;
    readonly valid: number;
    /** "Add 12 domains". */
    readonly add: string;
    /** They were added; their keys are made by this job. */
    readonly isDone: boolean;
    readonly jobId: string | null;
  } | null;
}
