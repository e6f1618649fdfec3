/**
 * The domain that a person means by what they pasted: a name, a URL, an address, with spaces, a trailing
 * dot or "www." in front, in any script. Answers the lower-case A-label form, or null.
 */
import { toAsciiDomain } from "./address.ts";

export function parseDomainInput(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^<|>$/g, "")
    .replace(/^[a-z][a-z0-9+.-]*:(\/\/)?/i, "") // https://, mailto:
    .replace(/[/?#].*$/s, "")
    .replace(/^.*@/, "")
    .replace(/:\d+$/, "")
    .replace(/[。．｡]/g, "."); // IDNA's other dots (RFC 3490 §3.1): typed with a Chinese keyboard
  const name = toAsciiDomain(bare);
  return name === null ? null : withoutWww(name);
}

/** Nobody hosts mail at "www": the name in front of it is meant, when one is left. */
function withoutWww(name: string): string {
  const rest = name.replace(/^www\./, "");
  return rest.includes(".") ? rest : name;
}
