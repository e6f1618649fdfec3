/** Forms about domains themselves. */
import { z } from "zod";
import { DOMAIN_MODES } from "../mail/domain-mode.ts";
import { DomainName } from "./forms.ts";

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
