/** What a FETCH will need, known from its items before any message is looked at. */
import type { FetchItem, PlainItem } from "../../../lib/codec/imap/types.ts";
import type { Feature } from "../state.ts";

export interface Plan {
  /** In the order asked; what must be there for the session is added. */
  readonly items: readonly FetchItem[];
  /** The same when the folder's view knows them all, else null. */
  readonly ofView: readonly ItemOfView[] | null;
  /** Most of each message will be read: short ones may come along with their structures. */
  readonly needsOctets: boolean;
  /** RFC 9051 §6.4.5: reading a body without PEEK sets \Seen. */
  readonly marksSeen: boolean;
  readonly condstore: boolean;
  /** FLAGS may be said, so keywords must be known. */
  readonly tellsFlags: boolean;
}

/** What was computed of its octets. */
export type ItemOfBlob = "ENVELOPE" | "BODY" | "BODYSTRUCTURE" | "PREVIEW";

/** What the folder's view knows of a message. */
export type ItemOfView = Exclude<PlainItem, ItemOfBlob>;

const OF_BLOB: ReadonlySet<string> = new Set<ItemOfBlob>([
  "ENVELOPE",
  "BODY",
  "BODYSTRUCTURE",
  "PREVIEW",
]);

export function isOfBlob(item: PlainItem): item is ItemOfBlob {
  return OF_BLOB.has(item);
}

export function planFetch(
  asked: readonly FetchItem[],
  options: { uid: boolean; changedSince: number | null },
): Plan {
  const condstore = has(asked, "MODSEQ") || options.changedSince !== null;
  const items = unique([
    ...asked,
    // RFC 9051 §6.4.9: UID FETCH names the uid; RFC 7162 §3.1.4.1: CHANGEDSINCE names the modseq.
    ...(options.uid ? [plain("UID")] : []),
    ...(options.changedSince !== null ? [plain("MODSEQ")] : []),
  ]);
  const marksSeen = items.some(readsBody);
  return {
    items,
    condstore,
    marksSeen,
    tellsFlags: marksSeen || has(items, "FLAGS"),
    needsOctets: items.some((item) => item.kind !== "plain"),
    ofView: items.every(isOfView) ? items.map(({ item }) => item) : null,
  };
}

function isOfView(item: FetchItem): item is FetchItem & { item: ItemOfView } {
  return item.kind === "plain" && !isOfBlob(item.item);
}

function readsBody(item: FetchItem): boolean {
  return (item.kind === "section" || item.kind === "binary") && !item.peek;
}

/** When \Seen was set by this FETCH, the client is told so in the same response. */
export function withFlags(items: readonly FetchItem[], enabled: ReadonlySet<Feature>): FetchItem[] {
  return unique([
    ...(enabled.has("QRESYNC") && !enabled.has("UIDONLY") ? [plain("UID")] : []), // RFC 7162 §3.2.4
    ...items,
    plain("FLAGS"),
    ...(enabled.has("CONDSTORE") ? [plain("MODSEQ")] : []),
  ]);
}

/** RFC 7162 §3.2: who follows modseqs is told them with flags that nobody asked for. */
export function withModseq(
  items: readonly FetchItem[],
  enabled: ReadonlySet<Feature>,
): readonly FetchItem[] {
  const tells = enabled.has("CONDSTORE") && has(items, "FLAGS");
  return tells ? [...items, plain("MODSEQ")] : items;
}

function plain(item: PlainItem): FetchItem {
  return { kind: "plain", item };
}

function has(items: readonly FetchItem[], name: PlainItem): boolean {
  return items.some((item) => item.kind === "plain" && item.item === name);
}

/** An item asked for twice is answered once. */
function unique(items: readonly FetchItem[]): FetchItem[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const name = item.kind === "plain" ? item.item : JSON.stringify(item);
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}
