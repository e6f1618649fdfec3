/** Text into XML 1.0: what a name or address holds stays text, and what XML cannot hold is left out. */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** XML 1.0 §2.2 `Char`: no control characters but tab and line ends, no halves of pairs, no U+FFFE. */
const NOT_A_CHAR = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

export function xmlText(text: string): string {
  return text.replace(NOT_A_CHAR, "").replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
}

/** `<name>text</name>` */
export const element = (name: string, text: string | number): string =>
  `<${name}>${xmlText(String(text))}</${name}>`;
