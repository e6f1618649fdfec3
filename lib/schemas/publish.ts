/** Forms of publishing: credentials for DNS hosts, previews, what is applied and undone. */
import { isIP } from "node:net";
import { z } from "zod";
import { toAsciiDomain } from "../mail/address.ts";
import { PROVIDERS, TSIG_ALGORITHMS } from "../mail/dns/credential.ts";
import { Id, PlainText } from "./fields.ts";
import { Subject } from "./forms.ts";

const MAX_SECRET = 500;
const MAX_LABEL = 100;

const text = (message: string, max: number) => z.string(message).trim().max(max, message);

/** "", "192.0.2.1", "192.0.2.1:53", "[2001:db8::1]:53", "ns1.example.net", "ns1.example.net:53". */
const server = text("error.publish.server", 260)
  .default("")
  .refine((value) => value === "" || isServer(value), "error.publish.server");

function isServer(value: string): boolean {
  const [, bracketed, host, port] =
    /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(value) ?? [];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return false;
  if (isIP(value) !== 0) return true;
  if (bracketed !== undefined) return isIP(bracketed) === 6;
  return host !== undefined && (isIP(host) !== 0 || toAsciiDomain(host) !== null);
}

/** A TSIG key's name is a domain name; underscores and single labels are usual. */
const keyName = text("error.publish.keyName", 253)
  .toLowerCase()
  .transform((value) => value.replace(/\.$/, ""))
  .pipe(z.string().regex(/^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/, "error.publish.keyName"));

/** RFC 8945 §8: a secret as long as the digest; shorter than 128 bits is guessed. */
const MIN_SECRET_BYTES = 16;
const tsigSecret = text("error.publish.tsigSecret", MAX_SECRET)
  .transform((value) => value.replace(/\s+/g, ""))
  .refine((value) => {
    const bytes = Buffer.from(value, "base64");
    return /^[A-Za-z0-9+/]+={0,2}$/.test(value) && bytes.length >= MIN_SECRET_BYTES;
  }, "error.publish.tsigSecret");

/** What goes into a header field. */
const token = text("error.publish.token", MAX_SECRET).regex(
  /^[\x21-\x7e]{8,}$/,
  "error.publish.token",
);

const baseUrl = text("error.publish.baseUrl", 300)
  .default("")
  .refine((value) => value === "" || isApiUrl(value), "error.publish.baseUrl");

/** https; without it only this machine (engine/publish/http.ts asks again). */
function isApiUrl(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || url.username !== "" || url.search !== "" || url.hash !== "") return false;
  const local = url.hostname === "localhost" || url.hostname.startsWith("127.");
  return url.protocol === "https:" || (url.protocol === "http:" && local);
}

const shared = {
  domain: Subject,
  label: PlainText.pipe(z.string().max(MAX_LABEL, "error.name.tooLong")).default(""),
  /** For this domain (or, on the page of the server, its name) alone, or for all (operators only). */
  scope: z.enum(["domain", "server"]).default("domain"),
};

export const NewDnsCredential = z.discriminatedUnion(
  "provider",
  [
    z.object({
      ...shared,
      provider: z.literal("rfc2136"),
      server,
      keyName,
      algorithm: z.enum(TSIG_ALGORITHMS, "error.publish.algorithm"),
      secret: tsigSecret,
    }),
    z.object({ ...shared, provider: z.literal("cloudflare"), baseUrl, secret: token }),
    z.object({ ...shared, provider: z.literal("desec"), baseUrl, secret: token }),
  ],
  "error.publish.provider",
);
export type NewDnsCredential = z.infer<typeof NewDnsCredential>;

export const DnsCredentialRef = z.object({ domain: Subject, credentialId: Id });
export type DnsCredentialRef = z.infer<typeof DnsCredentialRef>;

const MAX_TICKS = 100;

export const PublicationPreview = z.object({
  domain: Subject,
  credentialId: Id,
  /** Ids of records whose predecessors may go. */
  replace: z.array(z.string().max(300)).max(MAX_TICKS).default([]),
});
export type PublicationPreview = z.infer<typeof PublicationPreview>;

export const PublicationRef = z.object({ domain: Subject, publicationId: Id });
export type PublicationRef = z.infer<typeof PublicationRef>;

export const ProviderChoice = z.enum(PROVIDERS);
