/** Forms of a domain's policies. */
import { z } from "zod";
import { MAX_MAX_AGE } from "../mail/mta-sts.ts";
import { toAsciiDomain } from "../mail/address.ts";
import { EmailAddress } from "./fields.ts";
import { DomainName } from "./forms.ts";

/** As browsers send it: there when ticked. */
const checkbox = z
  .string()
  .max(10)
  .optional()
  .transform((value) => value !== undefined && value !== "");

const Disposition = z.enum(["none", "quarantine", "reject"], "error.policy.disposition");
/** "": as the policy above it. */
const OptionalDisposition = z
  .union([Disposition, z.literal("")], "error.policy.disposition")
  .default("");

/** RFC 9989 §4.7: no limit; receivers take only the first few. */
const MAX_REPORT_ADDRESSES = 5;

const addresses = z
  .string("error.address.invalid")
  .max(2_000, "error.address.invalid")
  .default("")
  .transform((text) => text.split(/[\s,;，；]+/).filter((word) => word !== ""))
  .pipe(z.array(EmailAddress).max(MAX_REPORT_ADDRESSES, "error.policy.tooManyAddresses"))
  .transform((list) => [...new Set(list)]);

export const DmarcForm = z.object({
  domain: DomainName,
  p: Disposition,
  sp: OptionalDisposition,
  np: OptionalDisposition,
  t: checkbox,
  strictDkim: checkbox,
  strictSpf: checkbox,
  rua: addresses,
});
export type DmarcForm = z.infer<typeof DmarcForm>;

/** RFC 8461 §3.2 and what is sensible: an hour for trying out, a year and a day at most. */
const MIN_MAX_AGE = 3_600;
/** A policy is read whole by everybody: a list longer than this is a mistake. */
const MAX_MX = 20;

const MxPattern = z.string().transform((text, ctx) => {
  const wildcard = text.startsWith("*.");
  const name = toAsciiDomain(wildcard ? text.slice(2) : text);
  if (name !== null) return wildcard ? `*.${name}` : name;
  ctx.addIssue({ code: "custom", message: "error.policy.mx" });
  return z.NEVER;
});

export const MtaStsForm = z.object({
  domain: DomainName,
  mode: z.enum(["none", "testing", "enforce"], "error.policy.mode"),
  maxAge: z.coerce
    .number("error.policy.maxAge")
    .int("error.policy.maxAge")
    .min(MIN_MAX_AGE, "error.policy.maxAge")
    .max(MAX_MAX_AGE, "error.policy.maxAge"),
  /** Names divided by spaces, commas or lines; empty: this server. */
  mx: z
    .string("error.policy.mx")
    .max(5_000, "error.policy.mx")
    .default("")
    .transform((text) => text.split(/[\s,;，；]+/).filter((word) => word !== ""))
    .pipe(z.array(MxPattern).max(MAX_MX, "error.policy.mx"))
    .transform((list) => [...new Set(list)]),
  /** The domain's name, typed, when the evidence for "enforce" is missing. */
  confirm: z.string().max(300).default(""),
});
export type MtaStsForm = z.infer<typeof MtaStsForm>;

export const TlsReportsForm = z.object({
  domain: DomainName,
  /** "": the domain's postmaster. */
  to: z.union([z.literal(""), EmailAddress], "error.address.invalid").default(""),
});
export type TlsReportsForm = z.infer<typeof TlsReportsForm>;
