/**
 * The DMARC tree walk: RFC 9989 §4.10. Finds the record that applies to a domain, where it stands, and which
 * domain is its organisation. Names are asked upwards, at most eight of them, and not below a record that says
 * psd=n or psd=y.
 */
import { isDmarc, parseDmarc, type DmarcRecord } from "../dmarc-record.ts";
import { answerFor, type CheckContext } from "./context.ts";
import { hasAnswered } from "./weigh.ts";

export interface DmarcWalk {
  /** The record that applies to the domain, and the name whose it is; null: none. */
  readonly applies: { readonly at: string; readonly record: DmarcRecord } | null;
  /** The organisational domain; the domain itself when nobody says otherwise. */
  readonly organisation: string;
  /** Some name could not be asked. */
  readonly isUncertain: boolean;
}

/** §4.10: of a longer name only the last seven labels, and the name itself, are asked. */
const MAX_LABELS = 8;
const LABELS_KEPT = 7;

export async function walkDmarc(ctx: CheckContext, domain: string): Promise<DmarcWalk> {
  const found: { at: string; record: DmarcRecord }[] = [];
  let isUncertain = false;
  for (const at of namesUpwards(domain)) {
    const answer = await answerFor(ctx, `_dmarc.${at}`, "TXT");
    if (!hasAnswered(answer)) isUncertain = true;
    const texts = answer.records.filter(isDmarc);
    const [text] = texts;
    const record = texts.length === 1 && text !== undefined ? parseDmarc(text).record : null;
    if (record === null) continue;
    found.push({ at, record });
    if (record.psd !== "u" && !(record.psd === "y" && at === domain)) break;
  }
  const organisation = organisationOf(domain, found);
  const [own] = found;
  const applies =
    own?.at === domain
      ? own
      : (found.find(({ at }) => at === organisation) ??
        found.find(({ record }) => record.psd === "y") ??
        null);
  return { applies, organisation, isUncertain };
}

function organisationOf(
  domain: string,
  found: readonly { readonly at: string; readonly record: DmarcRecord }[],
): string {
  const marked = found.find(
    ({ at, record }) => record.psd === "n" || (record.psd === "y" && at !== domain),
  );
  if (marked?.record.psd === "n") return marked.at;
  if (marked) return oneBelow(domain, marked.at);
  return found.at(-1)?.at ?? domain;
}

/** The name one label longer than `above`, on the way to `domain`. */
function oneBelow(domain: string, above: string): string {
  const count = above.split(".").length + 1;
  return domain.split(".").slice(-count).join(".");
}

function namesUpwards(domain: string): string[] {
  const labels = domain.split(".");
  const start = labels.length > MAX_LABELS ? labels.slice(-LABELS_KEPT) : labels.slice(1);
  return [domain, ...start.map((_, at) => start.slice(at).join("."))];
}
