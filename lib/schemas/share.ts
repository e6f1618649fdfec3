/** Forms of "Send to a colleague". */
import { z } from "zod";
import { Id } from "./fields.ts";
import { DomainName } from "./forms.ts";

export const NewShareLink = z.object({ domain: DomainName });
export type NewShareLink = z.infer<typeof NewShareLink>;

export const ShareLinkRef = z.object({ linkId: Id });
export type ShareLinkRef = z.infer<typeof ShareLinkRef>;
