/** What a mailbox may keep, as people type it: gigabytes, and messages or nothing for any number. */
import { z } from "zod";
import { Id } from "./fields.ts";

const GIB = 1024 ** 3;
const MAX_MESSAGES = 1_000_000_000;

export const QuotaGib = z.coerce
  .number("error.quota.invalid")
  .positive("error.quota.invalid")
  .max(1024, "error.quota.invalid");

/** Null: any number. */
export const QuotaMessages = z
  .string("error.messages.invalid")
  .trim()
  .regex(/^\d*$/, "error.messages.invalid")
  .transform((text) => (text === "" ? null : Number(text)))
  .pipe(
    z
      .number("error.messages.invalid")
      .min(1, "error.messages.invalid")
      .max(MAX_MESSAGES, "error.messages.invalid")
      .nullable(),
  );

export const MailboxLimits = z.object({
  mailboxId: Id,
  quotaGib: QuotaGib,
  quotaMessages: QuotaMessages,
});
export type MailboxLimits = z.infer<typeof MailboxLimits>;

export const quotaBytes = (quotaGib: number) => Math.round(quotaGib * GIB);

/** The shortest number of gigabytes that means just so many octets: a form sent unchanged changes nothing. */
export function gibOf(bytes: number): string {
  for (let digits = 0; digits < 12; digits++) {
    const text = (bytes / GIB).toFixed(digits);
    if (quotaBytes(Number(text)) === bytes) return text;
  }
  return String(bytes / GIB);
}
