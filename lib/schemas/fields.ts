/**
 * Fields that several forms share. A refused field says the key of a sentence (lib/i18n), so that the
 * same check speaks both languages.
 */
import { z } from "zod";
import { canonicalLocal, formatAddress, parseAddress } from "../mail/address.ts";
import { passwordProblem } from "../mail/password-policy.ts";

/** A row's id; a wrong one is answered like one that does not exist. */
export const Id = z.uuid("error.notFound");

/** "local@domain" as typed; the domain comes out as A-labels. */
export const EmailAddress = z
  .string("error.address.invalid")
  .trim()
  .max(320, "error.address.invalid")
  .transform((text, ctx) => {
    const address = parseAddress(text);
    if (address !== null) return formatAddress(address);
    ctx.addIssue({ code: "custom", message: "error.address.invalid" });
    return z.NEVER;
  });

/** The part before the "@", in the form under which we keep it. Without "+": that marks a tag. */
export const LocalPart = z
  .string("error.localPart.invalid")
  .trim()
  .transform((text, ctx) => {
    const address = parseAddress(`${text}@example.com`);
    if (address !== null && !text.includes("+")) return canonicalLocal(address.local);
    ctx.addIssue({ code: "custom", message: "error.localPart.invalid" });
    return z.NEVER;
  });

/** A password that somebody chooses now. (What somebody signs in with is not judged.) */
export const NewPassword = z.string("error.password.tooShort").superRefine((password, ctx) => {
  const problem = passwordProblem(password);
  if (problem !== null) ctx.addIssue({ code: "custom", message: `error.password.${problem}` });
});

/** What is shown stays on its line; PostgreSQL has no NUL in its text. */
const plain = (text: string) => text.replace(/\p{Cc}+/gu, " ").trim();
export const PlainText = z.string("error.name.required").transform(plain);

export const DisplayName = PlainText.pipe(z.string().max(200, "error.name.tooLong")).default("");

export const Language = z.enum(["en", "zh"]);
