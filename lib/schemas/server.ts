/** Forms of the server's identity: its addresses, and the ports that people are told. */
import { isIP, isIPv6 } from "node:net";
import { z } from "zod";
import { canonicalAddress, isPublicAddress } from "../mail/dns/ip-address.ts";

/** Each is looked at, and asked for at every blocklist, each time. */
const MAX_ADDRESSES = 16;

/** One on a line, or with commas between. None: what the engine finds counts again. */
export const ServerAddresses = z.object({
  addresses: z
    .string("error.addresses.invalid")
    .max(2000, "error.addresses.tooMany")
    .transform((text, ctx) => {
      const all = [
        ...new Set(
          text
            .split(/[\s,;]+/)
            .filter(Boolean)
            .map(canonicalAddress),
        ),
      ];
      const refuse = (message: string) => {
        ctx.addIssue({ code: "custom", message });
        return z.NEVER;
      };
      if (all.length > MAX_ADDRESSES) return refuse("error.addresses.tooMany");
      if (all.some((address) => isIP(address) === 0 || address.includes("%")))
        return refuse("error.addresses.invalid");
      // Nobody outside reaches these, and a record with one would turn mail away.
      if (!all.every(isPublicAddress)) return refuse("error.addresses.private");
      return {
        ipv4: all.filter((address) => !isIPv6(address)),
        ipv6: all.filter((address) => isIPv6(address)),
      };
    }),
});
export type ServerAddresses = z.infer<typeof ServerAddresses>;

/** Empty: not announced. */
const Port = z
  .string("error.port.invalid")
  .trim()
  .transform((text, ctx) => {
    if (text === "") return null;
    const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    if (port > 0 && port < 65_536) return port;
    ctx.addIssue({ code: "custom", message: "error.port.invalid" });
    return z.NEVER;
  });

export const AnnouncedPorts = z.object({
  submissions: Port,
  submission: Port,
  imaps: Port,
  imap: Port,
  pop3s: Port,
  pop3: Port,
});
export type AnnouncedPorts = z.infer<typeof AnnouncedPorts>;
