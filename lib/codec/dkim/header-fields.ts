/**
 * Header fields as DKIM sees them: RFC 6376 §3.4.2 ("relaxed") and §5.4.2 (which instance is signed).
 * Bytes are kept as latin1 strings, so that every octet comes back as it was.
 */
export interface HeaderField {
  /** Lower case. */
  readonly name: string;
  /** Everything after the colon, folds included, without the last CRLF. */
  readonly value: string;
}

/** Cuts a header section (with or without its empty last line) into fields, top to bottom. */
export function splitHeaderFields(section: Buffer): HeaderField[] {
  const fields: HeaderField[] = [];
  for (const text of section.toString("latin1").split(/\r\n(?![ \t])/)) {
    const colon = text.indexOf(":");
    if (colon < 1) continue; // not a field: nobody can sign it
    fields.push({ name: text.slice(0, colon).trim().toLowerCase(), value: text.slice(colon + 1) });
  }
  return fields;
}

/** One field in relaxed form, without CRLF. */
export function relaxField({ name, value }: HeaderField): string {
  const unfolded = value.replaceAll("\r\n", "").replace(/[ \t]+/g, " ");
  return `${name}:${unfolded.replace(/^ | $/g, "")}`;
}

/**
 * Names for `h=`, in order: every instance of a signed field, and one more of those in `sealed`, so that
 * nobody can add a second From or Subject without breaking the signature (RFC 6376 §8.15).
 */
export function namesToSign(
  fields: readonly HeaderField[],
  signed: readonly string[],
  sealed: ReadonlySet<string>,
): string[] {
  return signed.flatMap((name) => {
    const present = fields.filter((field) => field.name === name).length;
    return Array<string>(present + (sealed.has(name) ? 1 : 0)).fill(name);
  });
}

/** The fields that `names` stand for: last instance first; a name without one more instance is nothing. */
export function pickFields(
  fields: readonly HeaderField[],
  names: readonly string[],
): HeaderField[] {
  const left = [...fields];
  return names.flatMap((name) => {
    const at = left.findLastIndex((field) => field.name === name);
    return at < 0 ? [] : left.splice(at, 1);
  });
}
