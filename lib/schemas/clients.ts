/** Forms about app passwords and setting up devices. */
import { z } from "zod";
import { APP_PROTOCOLS } from "../mail/app-password.ts";
import { Id, PlainText } from "./fields.ts";

const MAX_NAME = 80;

export const DeviceName = PlainText.pipe(
  z.string().min(1, "clients.error.name").max(MAX_NAME, "clients.error.nameLong"),
);

/** What people choose from; "never" is its own word because 0 days reads like at once. */
export const LIFETIMES = ["never", "30", "90", "365"] as const;

/** A box that is not ticked is not sent; one that is sends something. */
const ticked = z.string().optional();

export const NewAppPassword = z
  .object({
    name: DeviceName,
    imap: ticked,
    pop3: ticked,
    smtp: ticked,
    lifetime: z.enum(LIFETIMES).default("never"),
  })
  .transform(({ name, lifetime, ...boxes }, ctx) => {
    const protocols = APP_PROTOCOLS.filter((protocol) => boxes[protocol] !== undefined);
    if (protocols.length === 0)
      ctx.addIssue({ code: "custom", path: ["protocols"], message: "clients.error.protocols" });
    return { name, protocols, days: lifetime === "never" ? null : Number(lifetime) };
  });
export type NewAppPassword = z.infer<typeof NewAppPassword>;

/** The present password, asked again: an open browser is no licence. */
export const Proof = z.object({ current: z.string().max(2048).default("") });

export const NewDeviceLink = z.object({ name: DeviceName });
export type NewDeviceLink = z.infer<typeof NewDeviceLink>;

export const AppPasswordRef = z.object({ appPasswordId: Id });
export type AppPasswordRef = z.infer<typeof AppPasswordRef>;

export const PLATFORMS = ["apple", "android", "thunderbird", "outlook", "other"] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Which one an agent's own words (User-Agent) speak of. */
export function platformOf(userAgent: string): Platform {
  if (/Android/i.test(userAgent)) return "android";
  if (/iPhone|iPad|iPod|Macintosh|Mac OS X/i.test(userAgent)) return "apple";
  if (/Windows/i.test(userAgent)) return "outlook";
  return /Linux|X11/i.test(userAgent) ? "thunderbird" : "other";
}

/** Token of a link: 32 random bytes as base64url. */
export const LinkToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
