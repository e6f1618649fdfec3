/** Forms of certificates by ACME: the account at an authority, agreeing to its terms, asking now. */
import { z } from "zod";
import { ACME_METHODS, AUTHORITIES, isAcmeMethod } from "../mail/acme/authorities.ts";
import { EmailAddress, Id } from "./fields.ts";

const MAX_URL = 500;
const MAX_ROOTS = 50_000;
const MAX_KID = 500;

/** https alone, without credentials or a fragment. */
function isDirectory(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && url.protocol === "https:" && url.username === "" && url.hash === "";
}

const PEM = /^(?:\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----)+\s*$/;

/** One field, in order: "http-01,dns-01". */
const methods = z
  .string("error.acme.methods")
  .default(ACME_METHODS.join(","))
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ""))
  .refine((list) => list.length > 0 && list.every(isAcmeMethod), "error.acme.methods")
  .transform((list) => [...new Set(list.filter(isAcmeMethod))]);

export const SetUpAuthority = z
  .object({
    /** Id of one that is known, or "other". */
    authority: z.enum([...AUTHORITIES.map(({ id }) => id), "other"], "error.acme.authority"),
    directoryUrl: z.string().trim().max(MAX_URL, "error.acme.directory").default(""),
    contact: z
      .string()
      .trim()
      .default("")
      .pipe(z.union([z.literal(""), EmailAddress], "error.address.invalid")),
    eabKid: z.string().trim().max(MAX_KID, "error.acme.eabKid").default(""),
    /** base64url, as authorities give it; empty: the one that is kept. */
    eabKey: z
      .string()
      .trim()
      .max(MAX_KID, "error.acme.eabKey")
      .regex(/^[A-Za-z0-9_-]*={0,2}$/, "error.acme.eabKey")
      .default(""),
    methods,
    rootsPem: z
      .string()
      .max(MAX_ROOTS, "error.acme.roots")
      .default("")
      .transform((text) => text.trim())
      .refine((text) => text === "" || PEM.test(text), "error.acme.roots"),
  })
  .transform((input) => {
    const known = AUTHORITIES.find(({ id }) => id === input.authority);
    return { ...input, directoryUrl: known?.directoryUrl ?? input.directoryUrl };
  })
  .refine(({ directoryUrl }) => isDirectory(directoryUrl), {
    path: ["directoryUrl"],
    message: "error.acme.directory",
  });
export type SetUpAuthority = z.infer<typeof SetUpAuthority>;

/** The version that was shown: another one would not be agreed to. */
export const AgreeToTerms = z.object({
  termsUrl: z.string("error.acme.terms").min(1, "error.acme.terms").max(2048, "error.acme.terms"),
});
export type AgreeToTerms = z.infer<typeof AgreeToTerms>;

export const ManagedCertificateRef = z.object({ id: Id });
export type ManagedCertificateRef = z.infer<typeof ManagedCertificateRef>;
