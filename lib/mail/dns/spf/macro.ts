/** Macro expansion: RFC 7208 §7. The letters c, r and t are for explanations only, which we do not show. */
import { isIPv6 } from "node:net";
import { ipv6Digits } from "../ip-address.ts";

export interface MacroValues {
  readonly ip: string;
  /** "local@domain" of MAIL FROM, or "postmaster@helo". */
  readonly sender: string;
  readonly helo: string;
  /** The domain whose record is read. */
  readonly domain: string;
  /** A name of the address that leads back to it, or "unknown" (§7.3: `p`). */
  readonly validated: string;
}

export const hasMacro = (text: string) => text.includes("%");
/** §7.3: `p` costs look-ups, so it is found out only where it is used. */
export const usesValidated = (text: string) => /%\{p/i.test(text);

/** §7.3: at most 253 octets, labels taken off from the left. */
const MAX_NAME = 253;

export function expandDomain(spec: string, values: MacroValues): string {
  const expanded = spec.replace(
    /%\{([a-z])(\d*)(r?)([.+,/_=-]*)\}|%%|%_|%-/gi,
    (macro, letter?: string, digits = "", reverse = "", delimiters = "") => {
      if (letter === undefined) return { "%%": "%", "%_": " ", "%-": "%20" }[macro] ?? "";
      const value = transform(valueOf(letter.toLowerCase(), values), {
        digits,
        isReversed: reverse !== "",
        delimiters: delimiters === "" ? "." : delimiters,
      });
      return letter === letter.toUpperCase() ? encodeURIComponent(value) : value;
    },
  );
  return fit(expanded.replace(/\.$/, "").toLowerCase());
}

function valueOf(letter: string, { ip, sender, helo, domain, validated }: MacroValues): string {
  const at = sender.lastIndexOf("@");
  switch (letter) {
    case "s":
      return sender;
    case "l":
      return sender.slice(0, at);
    case "o":
      return sender.slice(at + 1);
    case "d":
      return domain;
    case "i":
      return isIPv6(ip) ? ipv6Digits(ip).split("").join(".") : ip;
    case "v":
      return isIPv6(ip) ? "ip6" : "in-addr";
    case "h":
      return helo;
    case "p":
      return validated;
    default:
      return "";
  }
}

interface Transformer {
  readonly digits: string;
  readonly isReversed: boolean;
  readonly delimiters: string;
}

function transform(value: string, { digits, isReversed, delimiters }: Transformer): string {
  const parts: string[] = [""];
  for (const char of value) {
    if (delimiters.includes(char)) parts.push("");
    else parts.push((parts.pop() ?? "") + char);
  }
  const ordered = isReversed ? parts.reverse() : parts;
  const count = digits === "" ? ordered.length : Math.max(1, Number(digits));
  return ordered.slice(-count).join(".");
}

function fit(name: string): string {
  let rest = name;
  while (rest.length > MAX_NAME && rest.includes(".")) rest = rest.slice(rest.indexOf(".") + 1);
  return rest;
}
