/** Forms of the DNS page. */
import { z } from "zod";
import { PlainText } from "./fields.ts";
import { DomainName, Subject } from "./forms.ts";

/** Null: the server itself. */
export const PageRef = z.object({ domain: DomainName.nullable() });

export const CheckNowForm = z.object({
  domain: DomainName,
  /** "I have added it": the schedule of looks begins anew. */
  published: z.literal("yes").optional(),
});

const Key = z.string().min(1).max(300);

export const AcceptForm = z.object({
  domain: Subject,
  key: Key,
  note: PlainText.pipe(z.string().min(3, "error.note.required").max(500, "error.note.required")),
});

export const WithdrawForm = z.object({ domain: Subject, key: Key });
