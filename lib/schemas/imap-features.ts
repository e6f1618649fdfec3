/** The form of what IMAP does not offer a mailbox: a box for each capability that can be denied. */
import { z } from "zod";
import { deniableCapability, type DeniableCapability } from "../mail/imap-capabilities.ts";
import { Id } from "./fields.ts";

/** Before the capability's name in the name of its box. */
export const FEATURE = "off:";

/** Those of which one knows by what they make a mail program do that they are in its way. */
export const TELLING = [
  { capability: "UIDONLY", words: "features.UIDONLY" },
  { capability: "IDLE", words: "features.IDLE" },
  { capability: "COMPRESS=DEFLATE", words: "features.COMPRESS" },
  { capability: "CONDSTORE", words: "features.CONDSTORE" },
  { capability: "MOVE", words: "features.MOVE" },
  { capability: "IMAP4rev2", words: "features.IMAP4rev2" },
  { capability: "SPECIAL-USE", words: "features.SPECIALUSE" },
  { capability: "NOTIFY", words: "features.NOTIFY" },
] as const satisfies readonly { capability: DeniableCapability; words: string }[];

/** A name that cannot be denied is refused, never passed over: somebody meant something by it. */
export const ImapFeatures = z
  .looseObject({ mailboxId: Id })
  .transform(({ mailboxId, ...boxes }, ctx) => {
    const names = Object.keys(boxes).filter((name) => name.startsWith(FEATURE));
    const denied = names.flatMap((name) => deniableCapability(name.slice(FEATURE.length)) ?? []);
    if (denied.length === names.length) return { mailboxId, denied };
    ctx.addIssue({ code: "custom", path: ["denied"], message: "error.notFound" });
    return z.NEVER;
  });
export type ImapFeatures = z.infer<typeof ImapFeatures>;
