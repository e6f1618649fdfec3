/**
 * Runs a search over the selected mailbox in order of cost: first the view's arrays for all messages,
 * then the index of texts for those left open, then structures in batches, then octets, message by message.
 */
import { setImmediate as breathe } from "node:timers/promises";
import type { SearchKey } from "../../../lib/codec/imap/types.ts";
import type { Structure } from "../../../lib/codec/mime/structure.ts";
import type { BlobId, BlobInfo, BlobsFor, Uid } from "../../../lib/mail/ports.ts";
import { inOrder } from "../ahead.ts";
import { BATCH, MAX_BROUGHT_ALONG } from "../limits.ts";
import type { Progress } from "../progress.ts";
import { uidRequired } from "../selected.ts";
import type { Selected } from "../selected.ts";
import type { ImapSession } from "../state.ts";
import { readerOf } from "../fetch/reader.ts";
import { indexJudge, textsIn } from "./by-index.ts";
import { octetsVerdict } from "./by-octets.ts";
import type { Readable } from "./by-octets.ts";
import { structureTest } from "./by-structure.ts";
import { viewTests } from "./by-view.ts";
import type { Candidate, ViewTest } from "./by-view.ts";
import { byCost, compile, judgeFully } from "./logic.ts";
import type { Leaf, Verdict } from "./logic.ts";

/** Messages looked at before other sessions have their turn. */
const TURN = 10_000;

/** What is searched, and who is told how far it is. */
export interface Place {
  readonly mailbox: Selected;
  /** Goes up by the number of messages in the mailbox. */
  readonly progress: Progress;
  /** Uids that the session counts; without it, all messages. */
  readonly among?: readonly Uid[];
  /** Numbers past the end of the mailbox name nothing, and are no mistake (RFC 7377 §2). */
  readonly anyNumber?: boolean;
}

/** Uids that match, ascending. */
export async function runSearch(
  session: ImapSession,
  asked: SearchKey,
  place: Place,
): Promise<Uid[]> {
  if (session.uidOnly && namesNumbers(asked)) throw uidRequired();
  const { progress, mailbox } = place;
  const [start, all] = [progress.done, place.among?.length ?? mailbox.tracker.exists];
  const search = new Search(session, byCost(asked), place);
  const seen = await search.byView(place.among ?? null, (seen) => progress.reached(start + seen));
  const { yes, open } = await search.byIndex(seen);
  const from = session.context.blobsFor(open.length);
  for (let at = 0; at < open.length; at += BATCH) {
    progress.reached(start + all - open.length + at);
    yes.push(...(await search.byContent(open.slice(at, at + BATCH), from)));
  }
  progress.reached(start + all);
  return yes.sort((a, b) => a - b);
}

/** Is there a set of message numbers among the keys? "$" is none. */
export function namesNumbers(key: SearchKey): boolean {
  switch (key.kind) {
    case "seq":
      return key.set !== "$";
    case "not":
      return namesNumbers(key.key);
    case "or":
      return namesNumbers(key.left) || namesNumbers(key.right);
    case "and":
      return key.keys.some(namesNumbers);
    default:
      return false;
  }
}

/** Uids that match, and those that nothing has decided yet. */
interface Found {
  readonly yes: Uid[];
  readonly open: Uid[];
}

/** What is asked before octets are read. */
type CheapTest = (of: { candidate: Candidate; structure: Structure }) => Verdict;

class Search {
  readonly #session: ImapSession;
  readonly #key: SearchKey;
  readonly #mailbox: Selected;
  readonly #looksForText: boolean;
  readonly #ofView: (leaf: Leaf) => ViewTest;
  /** The whole search, by what the view knows. */
  readonly #viewTest: ViewTest;
  /** By all that is known without octets: each leaf, and the whole search. */
  readonly #cheapTests = new Map<Leaf, CheapTest>();
  readonly #cheapTest: CheapTest;

  constructor(session: ImapSession, key: SearchKey, { mailbox, anyNumber = false }: Place) {
    this.#session = session;
    this.#key = key;
    this.#mailbox = mailbox;
    this.#looksForText = textsIn(key).length > 0;
    this.#ofView = viewTests(mailbox, { now: session.context.clock.now(), anyNumber });
    this.#viewTest = compile(key, this.#ofView);
    this.#cheapTest = compile(key, (leaf) => {
      const [view, stored] = [this.#ofView(leaf), structureTest(leaf)];
      const test: CheapTest = ({ candidate, structure }) => view(candidate) ?? stored(structure);
      this.#cheapTests.set(leaf, test);
      return test;
    });
  }

  /** Of `among`, or of all. `decided` hears how many messages are done with. */
  async byView(among: readonly Uid[] | null, decided: (messages: number) => void): Promise<Found> {
    const { tracker } = this.#mailbox;
    const yes: Uid[] = [];
    const open: Uid[] = [];
    // Read anew after each breath: others remove messages meanwhile.
    const count = () => among?.length ?? tracker.exists;
    for (let seq = 1, turn = TURN, last = count(); seq <= last; seq++) {
      if (--turn === 0) {
        turn = TURN;
        decided(seq - 1 - open.length);
        await breathe();
        last = count();
        if (seq > last) break;
      }
      const candidate = among === null ? this.#numbered(seq) : this.#candidate(among[seq - 1] ?? 0);
      if (candidate === null) continue; // gone, and the client will hear of it
      const verdict = this.#viewTest(candidate);
      if (verdict === true) yes.push(candidate.uid);
      if (verdict === null) open.push(candidate.uid);
    }
    return { yes, open };
  }

  /** Usually the row is the number less one: nobody removed a message that the session still counts. */
  #numbered(seq: number): Candidate | null {
    const { tracker, open } = this.#mailbox;
    if (tracker.untold.length > 0) return this.#candidate(tracker.uidOf(seq));
    return { uid: open.uidAt(seq - 1), row: seq - 1, seq };
  }

  /** Decides what can be decided without reading. */
  async byIndex({ yes, open }: Found): Promise<Found> {
    if (!this.#looksForText) return { yes, open };
    const left: Uid[] = [];
    for (let at = 0; at < open.length; at += TURN) {
      const some = await this.#someByIndex(open.slice(at, at + TURN));
      for (const uid of some.yes) yes.push(uid);
      for (const uid of some.open) left.push(uid);
    }
    return { yes, open: left };
  }

  /** A turn's worth: the lists that it takes die young. */
  async #someByIndex(uids: readonly Uid[]): Promise<Found> {
    const blobs = this.#blobsOf(uids);
    const { store } = this.#session.context;
    const ofIndex = await indexJudge(store, this.#key, [...new Set(blobs.values())]);
    const yes: Uid[] = [];
    if (ofIndex === null) return { yes, open: [...uids] };
    const test = compile(this.#key, (leaf) => {
      const view = this.#ofView(leaf);
      return ({ candidate, blob }: { candidate: Candidate; blob: BlobId }) =>
        view(candidate) ?? ofIndex(leaf, blob);
    });
    const open: Uid[] = [];
    for (const [uid, blob] of blobs) {
      const candidate = this.#candidate(uid);
      if (candidate === null) continue;
      const verdict = test({ candidate, blob });
      if (verdict === true) yes.push(uid);
      if (verdict === null) open.push(uid);
    }
    return { yes, open };
  }

  /** Rows may move while something is read; uids do not. */
  #blobsOf(uids: readonly Uid[]): Map<Uid, BlobId> {
    const { open } = this.#mailbox;
    const blobs = new Map<Uid, BlobId>();
    for (const uid of uids) {
      const row = open.rowOf(uid);
      if (row >= 0) blobs.set(uid, open.blobAt(row));
    }
    return blobs;
  }

  #candidate(uid: Uid): Candidate | null {
    const { tracker, open } = this.#mailbox;
    const row = open.rowOf(uid);
    return row < 0 ? null : { uid, row, seq: tracker.seqOf(uid) };
  }

  async byContent(uids: readonly Uid[], from: ReturnType<BlobsFor>): Promise<Uid[]> {
    const ids = this.#blobsOf(uids);
    const most = this.#looksForText ? MAX_BROUGHT_ALONG : 0;
    const blobs = await from.getBlobs([...new Set(ids.values())], most);
    const byId = new Map(blobs.map((blob) => [blob.id, blob]));
    const found: Uid[] = [];
    const left: { uid: Uid; blob: BlobInfo }[] = [];
    for (const [uid, id] of ids) {
      const blob = byId.get(id);
      const candidate = this.#candidate(uid);
      if (blob === undefined || candidate === null) continue;
      const verdict = this.#cheapTest({ candidate, structure: blob.structure });
      if (verdict === true) found.push(uid);
      if (verdict === null) left.push({ uid, blob });
    }
    const look = async ({ uid, blob }: { uid: Uid; blob: BlobInfo }) =>
      (await this.#matches(uid, blob)) ? uid : null;
    for await (const uid of inOrder(left, look)) if (uid !== null) found.push(uid);
    return found;
  }

  /** Octets have to say. */
  async #matches(uid: Uid, blob: BlobInfo): Promise<boolean> {
    const candidate = this.#candidate(uid);
    if (candidate === null) return false;
    const { structure } = blob;
    // The candidate may go while octets are read; what the view said of it is said.
    const known = new Map<Leaf, Verdict>();
    for (const [leaf, test] of this.#cheapTests) known.set(leaf, test({ candidate, structure }));
    const read = readerOf(this.#session.context.store, blob);
    const message: Readable = { structure, read };
    return judgeFully(this.#key, async (leaf) => known.get(leaf) ?? octetsVerdict(leaf, message));
  }
}
