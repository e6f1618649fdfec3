/**
 * Record values as text: the form that people paste into a form field, and the form of a zone file
 * (RFC 1035 §5.1: quoted character-strings of at most 255 octets, names with their final dot).
 */
import type { RecordData } from "./record.ts";

/** RFC 1035 §3.3: one length octet. */
const MAX_CHUNK = 255;

/** Without quotes and without final dots. */
export function plainValue(data: RecordData): string {
  return data.type === "TXT" ? data.value : render(data, (name) => (name === "" ? "." : name));
}

/** As a zone file has it. */
export function zoneValue(data: RecordData): string {
  if (data.type === "TXT") return quotedChunks(data.value);
  return render(data, (name) => `${name}.`);
}

/** TXT data as quoted strings, split by octets; a reader joins them without a space (RFC 7208 §3.3). */
export function quotedChunks(text: string): string {
  const octets = Buffer.from(text);
  const chunks: string[] = [];
  for (let at = 0; at < octets.length || at === 0; at += MAX_CHUNK) {
    chunks.push(`"${escapeOctets(octets.subarray(at, at + MAX_CHUNK))}"`);
  }
  return chunks.join(" ");
}

/** `\"`, `\\`, and `\DDD` for what is no printable ASCII. */
function escapeOctets(octets: Buffer): string {
  return Array.from(octets, (octet) => {
    if (octet < 0x20 || octet > 0x7e) return `\\${String(octet).padStart(3, "0")}`;
    const char = String.fromCharCode(octet);
    return char === '"' || char === "\\" ? `\\${char}` : char;
  }).join("");
}

type Rendered = Exclude<RecordData, { type: "TXT" }>;

/** `name` writes a domain name; "" is the root: "not offered here" in SRV (RFC 2782). */
function render(data: Rendered, name: (name: string) => string): string {
  switch (data.type) {
    case "A":
    case "AAAA":
      return data.value;
    case "CNAME":
    case "PTR":
      return name(data.value);
    case "MX":
      return `${data.value.preference} ${name(data.value.exchange)}`;
    case "SRV": {
      const { priority, weight, port, target } = data.value;
      return `${priority} ${weight} ${port} ${name(target)}`;
    }
    case "CAA": {
      const { flags, tag, value } = data.value;
      return `${flags} ${tag} ${quotedChunks(value)}`;
    }
    case "TLSA": {
      const { usage, selector, matchingType } = data.value;
      return `${usage} ${selector} ${matchingType} ${data.value.data.toString("hex")}`;
    }
  }
}
