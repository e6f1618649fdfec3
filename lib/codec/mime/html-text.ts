/**
 * The readable words of an HTML mail, for previews and search. Not a sanitiser: the result is text
 * and is shown as text. One pass, linear, no tree; what is not closed hides the rest.
 */

/** Elements whose content nobody reads. Not "head": what is text in it lies in these. */
const HIDDEN = new Set(["style", "script", "title", "template", "noscript"]);
/** Elements that do not part words. */
const INLINE = new Set([
  "a",
  "b",
  "i",
  "u",
  "em",
  "strong",
  "span",
  "font",
  "small",
  "big",
  "code",
  "sub",
  "sup",
]);

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  copy: "©",
  reg: "®",
  trade: "™",
  euro: "€",
  hellip: "…",
  ndash: "–",
  mdash: "—",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  laquo: "«",
  raquo: "»",
  bull: "•",
  middot: "·",
  zwnj: "",
  shy: "",
  auml: "ä",
  ouml: "ö",
  uuml: "ü",
  szlig: "ß",
  eacute: "é",
  egrave: "è",
  agrave: "à",
  ccedil: "ç",
};

/** Text between tags, entities decoded; white space is left for the caller to fold. */
export function htmlToText(html: string): string {
  const out: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    out.push(html.slice(at, open < 0 ? html.length : open));
    if (open < 0) break;
    const { end, gap } = skipTag(html, open);
    out.push(gap);
    at = end;
  }
  return decodeEntities(out.join(""));
}

/** From "<" to behind the tag, the comment, or the hidden element that it opens. */
function skipTag(html: string, open: number): { end: number; gap: string } {
  if (html.startsWith("<!--", open)) return { end: after(html, "-->", open + 4), gap: "" };
  const name = /^<\/?([a-z][a-z0-9]{0,15})/i.exec(html.slice(open, open + 20))?.[1]?.toLowerCase();
  if (name === undefined) {
    const isMarkup = "!?/".includes(html.charAt(open + 1)) && open + 1 < html.length;
    return isMarkup ? { end: after(html, ">", open), gap: "" } : { end: open + 1, gap: "<" };
  }
  const end = after(html, ">", open);
  if (!HIDDEN.has(name) || html[open + 1] === "/") return { end, gap: INLINE.has(name) ? "" : " " };
  const close = new RegExp(`</${name}`, "gi");
  close.lastIndex = end;
  const found = close.exec(html);
  return { end: found === null ? html.length : after(html, ">", found.index), gap: " " };
}

function after(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from);
  return at < 0 ? html.length : at + mark.length;
}

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));?/gi,
    (whole, hex, dec, name) => {
      if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
      const code = hex === undefined ? Number(dec) : Number.parseInt(String(hex), 16);
      const isScalar = code > 0 && code < 0x110000 && (code < 0xd800 || code > 0xdfff);
      return isScalar ? String.fromCodePoint(code) : "";
    },
  );
}
