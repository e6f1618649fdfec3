/** Forms of the DNS page. */
import { z } from "zod";
import { PlainText } from "./fields.ts";
import { DomainName } from "./forms.ts";

export const DomainRef = z.object({ domain: DomainName });

const Key = z.string().min(1).max(300);

export const AcceptForm = z.object({
  domain: DomainName,
  key: Key,
  note: PlainText.pipe(z.string().min(3, "error.note.required").max(500, "error.note.required")),
});

export const WithdrawForm = z.object({ domain: DomainName, key: Key });
