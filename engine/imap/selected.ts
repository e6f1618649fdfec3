/** The mailbox that a session has selected: the shared view, and what this session knows of it. */
import { formatNumSet } from "../../lib/codec/imap/numset.ts";
import type { NumSet } from "../../lib/codec/imap/numset.ts";
import { ImapSyntaxError } from "../../lib/codec/imap/syntax-error.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { Folder, OpenFolder, Uid } from "../../lib/mail/ports.ts";
import { rowFinder } from "../../lib/mail/row-finder.ts";
import { hasAnyRight } from "../../lib/mail/rights.ts";
import type { Rights } from "../../lib/mail/rights.ts";
import type { SearchContext } from "./search/context.ts";
import { Tracker } from "./tracker.ts";

interface Selection {
  readonly name: string;
  readonly rights: Rights;
  readonly examined: boolean;
  /** Called when there may be news. */
  readonly wake: () => void;
}

export class Selected {
  readonly open: OpenFolder;
  readonly tracker: Tracker;
  /** As the session calls it. */
  readonly name: string;
  rights: Rights;
  /** They have to be asked for anew. */
  rightsChanged = false;
  /** URLs of the account are authorised with another key by now (RFC 4467 §7). */
  keyReset = false;
  readonly #examined: boolean;
  /** Keywords that FLAGS has named. */
  readonly keywords: Set<string>;
  /** What "$" stands for (RFC 9051 §6.4.4.1): uids, ascending. */
  saved: readonly Uid[] = [];
  /** Searches that are kept up to date, by the tags of their commands (RFC 5267 §4.3). */
  readonly contexts = new Map<string, SearchContext>();
  /** Come or changed, by whomever, since the contexts were told. */
  #touched = new Set<Uid>();
  /** Put here by the session itself, and not counted yet. */
  readonly #own = new Set<Uid>();
  /** The session was told all that happened up to this modseq. */
  settled: number;
  /** It was told that it knows no more than that (RFC 7162 §6). */
  behind = false;
  /** Deleted by somebody. */
  gone = false;
  readonly #release: (() => void)[];

  constructor(open: OpenFolder, { name, rights, examined, wake }: Selection) {
    this.open = open;
    this.name = name;
    this.rights = rights;
    this.#examined = examined;
    this.tracker = new Tracker(open);
    this.settled = open.folder.highestModseq;
    this.keywords = keywordsOf(open);
    this.#release = [
      open.onChange((change) => {
        this.tracker.note(change);
        if (this.contexts.size > 0)
          for (const uid of [...change.added, ...change.changed]) this.#touched.add(uid);
        wake();
      }),
      open.onGone(() => {
        this.gone = true;
        wake();
      }),
    ];
  }

  /** By EXAMINE, or because one may change nothing: RFC 4314 §5.2. */
  get readOnly(): boolean {
    return this.#examined || !hasAnyRight(this.rights, "ieswt");
  }

  /** Called when it is closed. */
  onClose(release: () => void): void {
    this.#release.push(release);
  }

  get folder(): Folder {
    return this.open.folder;
  }

  /** The contexts have something to look at. */
  get isTouched(): boolean {
    return this.contexts.size > 0 && this.#touched.size > 0;
  }

  /** The session was told everything, if it was. */
  settle(): void {
    if (!this.tracker.hasNews) this.settled = this.folder.highestModseq;
  }

  /** What the session itself has put here is its own doing (RFC 5465 §5.2). */
  brought(uids: readonly Uid[]): void {
    for (const uid of uids) this.#own.add(uid);
  }

  /** Those that others brought; what is the session's own is told with them and forgotten. */
  takeOthers(arrived: readonly Uid[]): Uid[] {
    const others = arrived.filter((uid) => !this.#own.has(uid));
    if (arrived.length > 0) this.#own.clear();
    return others;
  }

  /** Uids, ascending, that the contexts have to look at and the session counts; then they are forgotten. */
  takeTouched(): Uid[] {
    const uids = [...this.#touched].filter((uid) => this.tracker.seqOf(uid) > 0);
    this.#touched = new Set();
    return uids.sort((a, b) => a - b);
  }

  /** The uids that a set names, ascending. Throws ImapSyntaxError for numbers past the end. */
  resolve(set: NumSet, uid: boolean): Uid[] {
    if (set === "$") return this.saved.filter((saved) => this.tracker.seqOf(saved) > 0);
    const uids = uid ? this.tracker.uidsOf(set) : this.tracker.uidsOfSeqs(set);
    if (uids === null) throw new ImapSyntaxError("There is no message of that number");
    return uids;
  }

  /** Those of the uids that still exist; with sequence numbers the client must hear of the others. */
  present(uids: readonly Uid[]): Uid[] {
    const rowOf = rowFinder(this.open);
    return uids.filter((uid) => rowOf(uid) >= 0);
  }

  close(): void {
    for (const release of this.#release) release();
    this.open.close();
  }
}

function keywordsOf(open: OpenFolder): Set<string> {
  const keywords = new Set<string>();
  for (const some of open.keywordsInUse()) for (const one of some) keywords.add(one);
  return keywords;
}

/** RFC 5530: some of the messages asked for are gone, the client will be told which. */
export function expungeIssued(): MailError {
  return new MailError("expungeIssued", "Some of the messages no longer exist");
}

/** RFC 9586 §3.1: the client has said that it will not use message numbers. */
export function uidRequired(): MailError {
  return new MailError("uidRequired", "Message numbers are not in use");
}

/** "[COPYUID …]": RFC 4315 §3. */
export function copyUid(result: {
  uidValidity: number;
  from: readonly Uid[];
  to: readonly Uid[];
}): string {
  return `COPYUID ${result.uidValidity} ${formatNumSet(result.from)} ${formatNumSet(result.to)}`;
}

/** Uids of messages that carry a system flag. */
export function flaggedUids(open: OpenFolder, bit: number): Uid[] {
  const uids: Uid[] = [];
  for (let row = 0; row < open.count; row++) {
    if ((open.flagsAt(row) & bit) !== 0) uids.push(open.uidAt(row));
  }
  return uids;
}

/** For COPY and MOVE, which are all or nothing: refuses sequence numbers of messages that are gone. */
export function wanted(mailbox: Selected, set: NumSet, uid: boolean): Uid[] {
  const uids = mailbox.resolve(set, uid);
  const present = mailbox.present(uids);
  if (!uid && present.length < uids.length) throw expungeIssued();
  return present;
}
