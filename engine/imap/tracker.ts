/**
 * What one session believes about sequence numbers: RFC 9051 §2.3.1.2, §5.5, §7.5.1.
 *
 * The folder's view changes whenever anybody changes the folder; the session may be told of a removal
 * only at certain moments. Until then its numbers count the removed messages too. Since new messages
 * come last, the belief is the view up to the last uid told, plus the removals not yet told: no array
 * per session, two binary searches per question.
 */
import { toSpans } from "../../lib/codec/imap/numset.ts";
import type { SetRange } from "../../lib/codec/imap/numset.ts";
import type { FolderChange, OpenFolder, Uid } from "../../lib/mail/ports.ts";
import { rowFinder } from "../../lib/mail/row-finder.ts";

/** What a tracker asks of a folder's view. */
export type View = Pick<OpenFolder, "count" | "uidAt" | "rowOf" | "lowerBound" | "modseqAt">;

interface Noted {
  readonly uids: readonly Uid[];
  readonly modseq: number;
}
/** More changes than that are put together. */
const MAX_NOTED = 16;

export class Tracker {
  readonly #view: View;
  /** Ascending: gone, but still counted. */
  #gone: Uid[] = [];
  /** What changed behind the session's back, as it was noted; `#changed` has what was noted before. */
  #noted: Noted[] = [];
  #changed = new Set<Uid>();
  /** The last uid that the session counts. */
  #last: Uid;

  constructor(view: View) {
    this.#view = view;
    this.#last = this.#lastUid();
  }

  #lastUid(): Uid {
    return this.#view.count > 0 ? this.#view.uidAt(this.#view.count - 1) : 0;
  }

  /** Something changed; called at once, so that view and belief never differ by more than this. */
  note({ expunged, changed, highestModseq: modseq }: FolderChange): void {
    const known = expunged.filter((uid) => uid <= this.#last);
    if (known.length > 0) {
      this.#gone = [...this.#gone, ...known].sort((a, b) => a - b);
      this.#merge();
      for (const uid of known) this.#changed.delete(uid);
    }
    const told = changed.every((uid) => uid <= this.#last)
      ? changed
      : changed.filter((uid) => uid <= this.#last);
    if (told.length > 0) this.#noted.push({ uids: told, modseq });
    if (this.#noted.length > MAX_NOTED) this.#merge();
  }

  /** Of one change the session hears from its author: most often itself. */
  #merge(): void {
    for (const { uids } of this.#noted) for (const uid of uids) this.#changed.add(uid);
    this.#noted = [];
  }

  /**
   * The session has told, or knows, the flags of these messages as of that modseq. `changed`: those that it
   * has changed itself with that modseq.
   */
  known(uids: readonly Uid[], modseq: number, changed: readonly Uid[] = uids): void {
    const own = this.#noted.findIndex(
      (noted) => noted.modseq === modseq && noted.uids.length === changed.length,
    );
    if (own >= 0) this.#noted.splice(own, 1);
    if (!this.hasChanges) return;
    this.#merge();
    const rowOf = rowFinder(this.#view);
    for (const uid of uids) {
      const row = rowOf(uid);
      if (row >= 0 && this.#view.modseqAt(row) <= modseq) this.#changed.delete(uid);
    }
  }

  /** Number of messages as the session knows it. */
  get exists(): number {
    return this.#told + this.#gone.length;
  }

  /** Rows of the view that the session counts. */
  get #told(): number {
    return this.#view.lowerBound(this.#last + 1);
  }

  /** The uid "*" stands for in UID commands. */
  get lastUid(): Uid {
    const { exists } = this;
    return exists === 0 ? 0 : this.uidOf(exists);
  }

  get hasNews(): boolean {
    return this.#gone.length > 0 || this.hasChanges || this.hasArrivals;
  }

  get hasChanges(): boolean {
    return this.#noted.length > 0 || this.#changed.size > 0;
  }

  get hasArrivals(): boolean {
    return this.#view.count > this.#told;
  }

  /** Uids, ascending, that the session does not count yet. */
  get arrivals(): Uid[] {
    const told = this.#told;
    return Array.from({ length: this.#view.count - told }, (_, at) => this.#view.uidAt(told + at));
  }

  /** The sequence number of a uid that the session counts, else 0. */
  seqOf(uid: Uid): number {
    if (uid > this.#last) return 0;
    const gone = this.#goneBefore(uid);
    const row = this.#view.rowOf(uid);
    if (row >= 0) return row + gone + 1;
    return this.#gone[gone] === uid ? this.#view.lowerBound(uid) + gone + 1 : 0;
  }

  /** The same of many, quickest when they are ascending. */
  seqsOf(uids: readonly Uid[]): number[] {
    if (this.#gone.length > 0) return uids.map((uid) => this.seqOf(uid));
    let next = 0;
    return uids.map((uid) => {
      if (next < this.#view.count && uid <= this.#last && this.#view.uidAt(next) === uid)
        return ++next;
      const seq = this.seqOf(uid);
      next = seq;
      return seq;
    });
  }

  /** The uid of a sequence number in 1 … exists. It may be gone. */
  uidOf(seq: number): Uid {
    let low = 0;
    let high = this.#gone.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const uid = this.#gone[middle] ?? 0;
      const at = this.#view.lowerBound(uid) + middle + 1;
      if (at === seq) return uid;
      if (at < seq) low = middle + 1;
      else high = middle;
    }
    return this.#view.uidAt(seq - 1 - low);
  }

  #goneBefore(uid: Uid): number {
    let low = 0;
    let high = this.#gone.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#gone[middle] ?? 0) < uid) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // ── Sets ──────────────────────────────────────────────────────────────────────────────────────

  /** Uids of a set of sequence numbers, gone ones included; null when a number is past the end. */
  uidsOfSeqs(ranges: readonly SetRange[]): Uid[] | null {
    const { exists } = this;
    const uids: Uid[] = [];
    for (const [first, last] of toSpans(ranges, exists)) {
      if (last > exists && exists > 0) return null;
      for (let seq = first; seq <= Math.min(last, exists); seq++) uids.push(this.uidOf(seq));
    }
    return uids;
  }

  /** Uids of a uid set that are here; others are passed over (RFC 9051 §6.4.9). */
  uidsOf(ranges: readonly SetRange[]): Uid[] {
    const uids: Uid[] = [];
    for (const [first, last] of toSpans(ranges, this.lastUid)) {
      const end = this.#view.lowerBound(Math.min(last, this.#last) + 1);
      for (let row = this.#view.lowerBound(first); row < end; row++)
        uids.push(this.#view.uidAt(row));
    }
    return uids;
  }

  // ── News ──────────────────────────────────────────────────────────────────────────────────────

  /** Uids of removals that were not told yet, ascending. */
  get untold(): readonly Uid[] {
    return this.#gone;
  }

  /** The uids to say in VANISHED; then they are forgotten. */
  takeGone(): readonly Uid[] {
    const uids = this.#gone;
    this.#gone = [];
    return uids;
  }

  /** The sequence numbers to say in EXPUNGE responses, in order; then they are forgotten. */
  takeExpunges(): number[] {
    // Each is the row it would have: those told before it have moved it down already.
    const numbers = this.#gone.map((uid) => this.#view.lowerBound(uid) + 1);
    this.#gone = [];
    return numbers;
  }

  /** The new number of messages when some have come, else null. */
  takeExists(): number | null {
    if (this.#view.count <= this.#told) return null;
    this.#last = this.#lastUid();
    return this.exists;
  }

  /** Uids, ascending, whose flags changed behind the session's back. */
  takeChanged(): Uid[] {
    this.#merge();
    const uids = [...this.#changed].filter((uid) => this.#view.rowOf(uid) >= 0);
    this.#changed = new Set();
    return uids.sort((a, b) => a - b);
  }
}
