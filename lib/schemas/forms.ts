/** One schema per form; the action and the command line parse with the same. */
import { z } from "zod";
import { DOMAIN_MODES } from "../mail/domain-mode.ts";
import { understandDomain } from "../mail/domain-input.ts";
import { toAsciiDomain } from "../mail/address.ts";
import {
  DisplayName,
  EmailAddress,
  Id,
  Language,
  LocalPart,
  NewPassword,
  PlainText,
} from "./fields.ts";
import { QuotaGib, QuotaMessages } from "./limits.ts";

export const SetUp = z.object({
  token: z.string("error.setup.token").trim().min(1, "error.setup.token").max(200),
  name: PlainText.pipe(z.string().min(1, "error.name.required").max(200)),
  email: EmailAddress,
  password: NewPassword,
  language: Language.default("en"),
});
export type SetUp = z.infer<typeof SetUp>;

export const HostName = z.object({
  hostName: z.string("error.hostName.invalid").transform((text, ctx) => {
    const name = toAsciiDomain(text);
    if (name !== null) return name;
    ctx.addIssue({ code: "custom", message: "error.hostName.invalid" });
    return z.NEVER;
  }),
});
export type HostName = z.infer<typeof HostName>;

/** Where reports about a domain go (DMARC, TLS); empty: to its postmaster. */
export const ReportsTo = z
  .union([z.literal(""), EmailAddress], "error.address.invalid")
  .default("")
  .transform((address) => (address === "" ? undefined : address));

export const NewDomain = z.object({
  /** A name, a URL or an address: what is meant is worked out (lib/mail/domain-input.ts). */
  name: z
    .string("error.domain.invalid")
    .max(2000, "error.domain.invalid")
    .transform((text, ctx) => {
      const meant = understandDomain(text);
      if ("name" in meant) return meant.name;
      ctx.addIssue({ code: "custom", message: `error.domain.${meant.problem}` });
      return z.NEVER;
    }),
  mode: z.enum(DOMAIN_MODES, "error.domain.mode").default("full"),
  reportsTo: ReportsTo,
});
export type NewDomain = z.infer<typeof NewDomain>;

/** A domain in a URL or argument: in either form of its name. */
export const DomainName = z.string().transform((text, ctx) => {
  const name = toAsciiDomain(text);
  if (name !== null) return name;
  ctx.addIssue({ code: "custom", message: "error.notFound" });
  return z.NEVER;
});

/** Whose records: a domain's, or ("") those of the server itself: null. */
export const Subject = z.union([z.literal("").transform(() => null), DomainName]);

export const NewMailbox = z.object({
  domain: DomainName,
  localPart: LocalPart,
  displayName: DisplayName,
  password: NewPassword,
  quotaGib: QuotaGib.default(5),
  quotaMessages: QuotaMessages.default(null),
});
export type NewMailbox = z.infer<typeof NewMailbox>;

export const SetMailboxPassword = z.object({ mailboxId: Id, password: NewPassword });
export type SetMailboxPassword = z.infer<typeof SetMailboxPassword>;

export const MailboxRef = z.object({ mailboxId: Id });
export type MailboxRef = z.infer<typeof MailboxRef>;

const MAX_TARGETS = 100;

export const NewAlias = z.object({
  domain: DomainName,
  /** "*" is the catch-all. */
  localPart: z.union([z.literal("*"), LocalPart], "error.localPart.invalid"),
  /** Addresses divided by commas, spaces or lines. */
  targets: z
    .string("error.targets.required")
    .max(40_000, "error.targets.tooMany")
    .transform((text) => text.split(/[\s,;，；]+/).filter((word) => word !== ""))
    .pipe(
      z
        .array(EmailAddress)
        .min(1, "error.targets.required")
        .max(MAX_TARGETS, "error.targets.tooMany"),
    )
    .transform((targets) => [...new Set(targets)]),
});
export type NewAlias = z.infer<typeof NewAlias>;

export const AliasRef = z.object({ aliasId: Id });
export type AliasRef = z.infer<typeof AliasRef>;

export const TestMessage = z.object({
  domain: DomainName,
  to: EmailAddress,
  language: Language.default("en"),
});
export type TestMessage = z.infer<typeof TestMessage>;

export const SignIn = z.object({
  address: PlainText.pipe(z.string().max(320)),
  password: z.string().max(2048),
});
export type SignIn = z.infer<typeof SignIn>;

export const ChangePassword = z.object({
  current: z.string().max(2048),
  password: NewPassword,
});
export type ChangePassword = z.infer<typeof ChangePassword>;

export const SessionRef = z.object({ sessionId: Id });
export const JobRef = z.object({ jobId: Id });

export const Appearance = z.object({
  language: Language,
  theme: z.enum(["system", "light", "dark"]),
});
export type Appearance = z.infer<typeof Appearance>;

/** A chain of four and a key are some ten thousand characters. */
const MAX_CHAIN = 60_000;
const MAX_KEY = 20_000;

export const UploadCertificate = z.object({
  /** PEM: the certificate and its intermediates in any order; the key may stand among them. */
  chain: z
    .string("upload.problem.noCertificate")
    .trim()
    .min(1, "upload.problem.noCertificate")
    .max(MAX_CHAIN, "error.upload.tooLong"),
  /** PEM; empty: among the certificates, or a key that is kept here. */
  privateKey: z.string().trim().max(MAX_KEY, "error.upload.tooLong").default(""),
  /** Ticked: senders that verify TLSA may put mail off until the new one is published and seen. */
  acceptNewKey: z
    .string()
    .optional()
    .transform((value) => value === "on"),
});
export type UploadCertificate = z.infer<typeof UploadCertificate>;

export const CertificateRef = z.object({ certificateId: Id });
export type CertificateRef = z.infer<typeof CertificateRef>;
