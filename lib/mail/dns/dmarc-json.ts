/** A DMARC policy as the database keeps it: what does not have the shape is as if it were not there. */
import type { DmarcDisposition, DmarcPolicy } from "./dmarc.ts";

const DISPOSITIONS: readonly unknown[] = ["none", "quarantine", "reject"];
const isDisposition = (value: unknown): value is DmarcDisposition => DISPOSITIONS.includes(value);
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

export function dmarcFromJson(value: unknown): DmarcPolicy | null {
  if (typeof value !== "object" || value === null) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  const [p, sp, np] = [fields.get("p"), fields.get("sp"), fields.get("np")];
  if (!isDisposition(p)) return null;
  const psd = fields.get("psd");
  const [ruf, fo] = [texts(fields.get("ruf")), texts(fields.get("fo"))];
  const yes = (name: string) => fields.get(name) === true;
  return {
    p,
    ...(isDisposition(sp) && { sp }),
    ...(isDisposition(np) && { np }),
    ...(yes("t") && { t: true }),
    ...(yes("strictDkim") && { strictDkim: true }),
    ...(yes("strictSpf") && { strictSpf: true }),
    ...((psd === "y" || psd === "n") && { psd }),
    rua: texts(fields.get("rua")),
    ...(ruf.length > 0 && { ruf }),
    ...(fo.length > 0 && { fo }),
  };
}

/** Plain JSON. */
export function dmarcToJson(policy: DmarcPolicy) {
  const { rua, ruf, fo, ...rest } = policy;
  return { ...rest, rua: [...rua], ...(ruf && { ruf: [...ruf] }), ...(fo && { fo: [...fo] }) };
}
