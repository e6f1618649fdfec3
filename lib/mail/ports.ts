/**
 * What the servers need from the world, as interfaces: store, directory, queue, resolver, clock.
 * lib/storage implements them on PostgreSQL, engine/dns implements the resolver; tests of rules may
 * pass small objects. Nothing here knows Prisma, sockets or SQL.
 */
import type { Structure } from "../codec/mime/structure.ts";
import type { Address } from "./address.ts";
import type { DomainMode } from "./domain-mode.ts";
import type { MailEvent } from "./events.ts";
import type { Usage } from "./quota.ts";
import type { FlagScope } from "./rights.ts";

// ── Time ────────────────────────────────────────────────────────────────────────────────────────

export interface Clock {
  now(): Date;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

// ── Bytes ───────────────────────────────────────────────────────────────────────────────────────

/**
 * Bytes that can be read more than once without being held whole: a spool file, a blob, a buffer.
 * `open` yields chunks of at most 256 KiB.
 */
export interface ByteSource {
  readonly size: number;
  open(): AsyncIterable<Buffer>;
}

export type BlobId = number;

/** A stored blob with what was computed about it when it was stored. */
export interface BlobInfo {
  readonly id: BlobId;
  readonly size: number;
  readonly structure: Structure;
  readonly preview: string;
  /** All of it: when that was asked for, and it is short enough. */
  readonly octets?: Buffer | undefined;
}

// ── Folders and messages ────────────────────────────────────────────────────────────────────────

export type FolderId = number;
export type Uid = number;

/** A folder with its counters as of the last commit. */
export interface Folder {
  readonly id: FolderId;
  readonly mailboxId: string;
  readonly name: string;
  /** RFC 6154 attribute with its backslash ("\\Sent"), or null. */
  readonly specialUse: string | null;
  readonly uidValidity: number;
  readonly uidNext: Uid;
  readonly highestModseq: number;
  readonly messages: number;
  readonly unseen: number;
  readonly deleted: number;
  readonly bytes: number;
}

/** One message in one folder. */
export interface MessageRow {
  readonly uid: Uid;
  readonly modseq: number;
  readonly blobId: BlobId;
  /** Bitmap: lib/mail/flags.ts. */
  readonly flags: number;
  readonly keywords: readonly string[];
  readonly size: number;
  readonly internalDate: Date;
  readonly saveDate: Date;
  readonly emailId: string;
  readonly threadId: string;
}

/** What changed in a folder since a listener last heard. Uids ascending. */
export interface FolderChange {
  readonly added: readonly Uid[];
  readonly expunged: readonly Uid[];
  /** Flags or keywords changed. */
  readonly changed: readonly Uid[];
  readonly highestModseq: number;
}

/**
 * A folder held open: shared by all sessions of this process on that folder, kept current by NOTIFY
 * and a delta query. Rows are in uid order; row numbers are 0-based and change with expunges, so a
 * session maps its own sequence numbers (engine/imap/tracker.ts).
 */
export interface OpenFolder {
  readonly folder: Folder;
  readonly count: number;
  uidAt(row: number): Uid;
  /** Row of that uid, or -1. */
  rowOf(uid: Uid): number;
  /** First row whose uid is ≥ the given one (count when none). */
  lowerBound(uid: Uid): number;
  flagsAt(row: number): number;
  keywordsAt(row: number): readonly string[];
  /** Those of each message that has any. */
  keywordsInUse(): Iterable<readonly string[]>;
  modseqAt(row: number): number;
  sizeAt(row: number): number;
  blobAt(row: number): BlobId;
  internalDateAt(row: number): Date;
  messageAt(row: number): MessageRow;
  /** All uids, ascending: a copy that the caller owns. */
  uids(): Uint32Array;
  /** Called after every change, by whomever it was made; also for changes this process made itself. */
  onChange(listener: (change: FolderChange) => void): () => void;
  /** Called when the folder is deleted or its uidvalidity changes. */
  onGone(listener: () => void): () => void;
  /** Catches up with the database now (NOOP, CHECK; and what NOTIFY may have missed). */
  refresh(): Promise<void>;
  /** Gives the view back; the last one frees it. */
  close(): void;
}

export type FlagAction = "add" | "remove" | "replace";

export interface FlagEdit {
  readonly action: FlagAction;
  readonly bits: number;
  readonly keywords: readonly string[];
  /** "replace" leaves other flags alone. */
  readonly within?: FlagScope;
}

/** A message to put into a folder by APPEND or delivery. */
export interface NewMessage {
  readonly source: ByteSource;
  readonly flags: number;
  readonly keywords: readonly string[];
  readonly internalDate: Date;
}

/** One acceptance: everything that becomes true with one 250, in one transaction. */
export interface Acceptance {
  readonly traceId: string;
  readonly source: ByteSource;
  readonly internalDate: Date;
  /** Folders that get the message. Unknown folder names fall back to INBOX. */
  readonly deliveries: readonly Delivery[];
  /**
   * When set, what the folders get starts with these bytes before `source`: Return-Path, which a copy
   * that travels on must not carry (RFC 5321 §4.4).
   */
  readonly deliveryPrefix?: Buffer | undefined;
  readonly queue: QueueEntry | null;
  readonly events: readonly MailEvent[];
}

export interface Delivery {
  readonly mailboxId: string;
  readonly folder: string;
  readonly flags: number;
  readonly keywords: readonly string[];
}

export interface Stored {
  readonly mailboxId: string;
  readonly folderId: FolderId;
  readonly folder: string;
  readonly uid: Uid;
}

/** RFC 4315: what COPYUID and APPENDUID say. `from` and `to` run in parallel. */
export interface CopyResult {
  readonly uidValidity: number;
  readonly from: readonly Uid[];
  readonly to: readonly Uid[];
}

/**
 * Where to read blobs for who goes through so many of them. More than the store would keep are read past it:
 * each would push out one that is wanted again, and what is kept for a moment only is the dearest garbage.
 */
export type BlobsFor = (count: number) => Pick<MailStore, "getBlobs">;

/**
 * The mail store. Every promise that says a change was made resolves after commit with
 * synchronous_commit=on. Refusals are MailErrors (noSuchFolder, alreadyExists, mailboxFull, …).
 */
export interface MailStore {
  // Folders
  listFolders(mailboxId: string): Promise<Folder[]>;
  findFolder(mailboxId: string, name: string): Promise<Folder | null>;
  /** The same, with what the mailbox keeps and may keep. */
  findWithUsage(mailboxId: string, name: string): Promise<{ folder: Folder; usage: Usage } | null>;
  /** Creates it and any missing parents. Throws alreadyExists. */
  createFolder(mailboxId: string, name: string, specialUse?: string | null): Promise<Folder>;
  deleteFolder(mailboxId: string, name: string): Promise<void>;
  /** Renames it and everything below it; renaming INBOX moves its messages (RFC 9051 §6.3.6). */
  renameFolder(mailboxId: string, from: string, to: string): Promise<void>;
  listSubscriptions(mailboxId: string): Promise<string[]>;
  setSubscribed(mailboxId: string, name: string, subscribed: boolean): Promise<void>;
  /** Throws noSuchFolder. */
  openFolder(mailboxId: string, name: string): Promise<OpenFolder>;
  /** Uids expunged since a modseq, ascending (QRESYNC). Null when the log does not reach back so far. */
  expungedSince(folderId: FolderId, modseq: number): Promise<Uid[] | null>;

  // Messages
  /** Atomic: all or none (RFC 3502). */
  append(
    folder: Folder,
    messages: readonly NewMessage[],
  ): Promise<{ uidValidity: number; uids: Uid[] }>;
  /**
   * Stores a message and removes another of the same mailbox, both or neither (RFC 8508). Room is
   * needed for what it grows only. Throws expungeIssued when the old one is gone.
   */
  replace(
    from: FolderId,
    uid: Uid,
    by: { readonly to: Folder; readonly message: NewMessage },
  ): Promise<{ uidValidity: number; uid: Uid }>;
  /**
   * Uids that do not exist any more are passed over. `to` may be the same folder, or one of another
   * mailbox. Flags outside of `keeps` are left behind.
   */
  copy(from: FolderId, uids: readonly Uid[], to: Folder, keeps?: FlagScope): Promise<CopyResult>;
  move(from: FolderId, uids: readonly Uid[], to: Folder, keeps?: FlagScope): Promise<CopyResult>;
  /**
   * Changes flags; with `unchangedSince` leaves rows with a higher modseq alone (RFC 7162 §3.1.3).
   * Resolves after the open views of this process know it.
   */
  setFlags(
    folder: FolderId,
    uids: readonly Uid[],
    edit: FlagEdit,
    unchangedSince?: number,
  ): Promise<{ changed: readonly Uid[]; refused: Uid[]; modseq: number }>;
  /**
   * Removes those of `uids` that carry \Deleted (all of them with `force`); answers which went. Many go in
   * portions: when it is refused some may have gone.
   */
  expunge(folder: FolderId, uids: readonly Uid[], options?: { force?: boolean }): Promise<Uid[]>;

  // Bytes
  /**
   * In the order of `ids`; with the octets of those that have no more than `octetsUpTo` (at most one
   * chunk). Throws unavailable when one is missing.
   */
  getBlobs(ids: readonly BlobId[], octetsUpTo?: number): Promise<BlobInfo[]>;
  /** Bytes [offset, offset + length) of a blob, clipped at its end; memory bounded by one chunk. */
  readBlob(id: BlobId, offset?: number, length?: number): AsyncIterable<Buffer>;
  blobSource(blob: { id: BlobId; size: number }): ByteSource;
  /** Of one message; null when there is none of that uid. */
  findBlob(folder: FolderId, uid: Uid): Promise<BlobId | null>;
  /**
   * Those of `ids` whose text (as SEARCH TEXT sees it) certainly lacks one of these numbers
   * (text-signature.ts). Of the others nothing is known.
   */
  blobsWithout(ids: readonly BlobId[], numbers: readonly number[]): Promise<ReadonlySet<BlobId>>;

  // Acceptance
  /** Group commit: acceptances that arrive together share a transaction. Resolves after commit. */
  accept(acceptance: Acceptance): Promise<Stored[]>;
  /** Events that belong to no acceptance (refusals, sign-ins): batched, not awaited by replies. */
  record(events: readonly MailEvent[]): void;

  // Mailbox-wide
  quota(mailboxId: string): Promise<Usage>;
  /** What the messages of a folder that carry \Deleted take: counted anew, message by message. */
  deletedBytes(folderId: FolderId): Promise<number>;
  // Annotations: RFC 5464. `folderId` null: of the mailbox as a whole.
  /** All entries, by name. */
  metadata(mailboxId: string, folderId: FolderId | null): Promise<ReadonlyMap<string, Buffer>>;
  /** All or none; null removes. Throws metadataTooMany. */
  setMetadata(
    mailboxId: string,
    folderId: FolderId | null,
    values: ReadonlyMap<string, Buffer | null>,
  ): Promise<void>;
  /** Every annotation of the mailbox, its folders, and what is for all to see of these other folders. */
  metadataDigests(mailboxId: string, others?: readonly FolderId[]): Promise<MetadataDigest[]>;
  // Access: RFC 4314
  /** Folders of others in which the account may do something. */
  sharedFolders(mailboxId: string): Promise<SharedFolder[]>;
  /** Of these folders of one owner those that are shared with the account. */
  findShared(mailboxId: string, owner: Address, names: readonly string[]): Promise<SharedFolder[]>;
  /** Of the account on somebody else's folder, now. */
  rightsOn(mailboxId: string, folderId: FolderId): Promise<number>;
  /** "local@domain" of an account. Throws notFound. */
  addressOf(mailboxId: string): Promise<string>;
  acl(folderId: FolderId): Promise<AclEntry[]>;
  /** Throws limit. */
  changeAcl(folder: Folder, change: AclChange): Promise<void>;
  // Keys that authorise URLs in an account's name: RFC 4467 §2.2
  findAccessKey(mailboxId: string, folderId: FolderId): Promise<Buffer | null>;
  /** The key that is there, or a new one. */
  makeAccessKey(mailboxId: string, folderId: FolderId): Promise<Buffer>;
  /** A new key in its place; `folderId` null: no keys any more, of any folder. */
  resetAccessKey(mailboxId: string, folderId: FolderId | null): Promise<void>;
  /** Calls back when that was done, by any process; nobody looks again when the notice was lost. */
  watchAccessKeys(mailboxId: string, listener: (folderId: FolderId | null) => void): () => void;
  /** Calls back when anything in the mailbox changes: folders and their counters, subscriptions, annotations. */
  watchMailbox(mailboxId: string, listener: (news: MailboxNews) => void): () => void;
}

export interface MetadataDigest {
  /** Null: of the mailbox as a whole. */
  readonly folderId: FolderId | null;
  readonly entry: string;
  readonly digest: string;
}

/** Somebody else's folder, with what one may do there. */
export interface SharedFolder extends Folder {
  /** Address. */
  readonly owner: string;
  /** Bitmap, never 0: rights.ts. */
  readonly rights: number;
}

export interface AclEntry {
  /** Null: everybody of the owner's domain. */
  readonly address: string | null;
  /** These rights are taken away. */
  readonly negative: boolean;
  readonly rights: number;
}

export interface AclChange {
  /** Null: everybody of the owner's domain. */
  readonly granteeId: string | null;
  readonly negative: boolean;
  readonly mode: "set" | "add" | "remove";
  readonly rights: number;
}

/** What a watcher need not find out by itself. */
export interface MailboxNews {
  /** Annotations may have changed. */
  readonly annotations: boolean;
  /** Who may do what may have changed: in this mailbox, or for it elsewhere. */
  readonly rights: boolean;
  /** The new folder that took over INBOX's messages (RENAME of INBOX). */
  readonly fromInbox: FolderId | null;
}

// ── Who is who ──────────────────────────────────────────────────────────────────────────────────

export interface LocalDomain {
  readonly id: string;
  readonly name: string;
  readonly mode: DomainMode;
}

/** What a mailbox signs in with. */
export interface Account {
  readonly mailboxId: string;
  readonly domainId: string;
  readonly address: string;
  readonly suspended: boolean;
  /** PHC string, Argon2id: lib/mail/password.ts. */
  readonly passwordHash: string;
  /** RFC 5803: lib/mail/scram.ts. */
  readonly scramSha256: string;
  /** Capabilities that IMAP does not offer it: lib/mail/imap-capabilities.ts. */
  readonly imapDenied: readonly string[];
  /** Set when this sign-in was by an app password. */
  readonly appPassword?: UsedAppPassword | undefined;
}

export interface UsedAppPassword {
  readonly id: string;
  readonly name: string;
  readonly expiresAt: Date | null;
}

/** A device's own password, as it was found by what was typed: whether it counts is asked elsewhere. */
export interface FoundAppPassword {
  readonly id: string;
  readonly mailboxId: string;
  readonly name: string;
  readonly protocols: readonly string[];
  readonly expiresAt: Date | null;
  readonly revoked: boolean;
}

/** What is remembered of a sign-in. */
export interface SignInNote {
  readonly mailboxId: string;
  readonly at: Date;
  readonly protocol: string;
  readonly remoteAddress: string;
  readonly appPasswordId?: string | undefined;
}

/** Where mail for an address of ours goes, aliases and groups followed, duplicates merged. */
export interface Resolution {
  readonly mailboxes: readonly LocalRecipient[];
  /** Addresses elsewhere. */
  readonly forwards: readonly Address[];
}

export interface LocalRecipient extends Usage {
  readonly mailboxId: string;
  readonly domainId: string;
  readonly address: string;
  readonly suspended: boolean;
}

export interface DkimSigner {
  readonly selector: string;
  readonly algorithm: "rsa-sha256" | "ed25519-sha256";
  /** PKCS#8 PEM. */
  readonly privateKey: string;
}

export interface Directory {
  /** Domains of ours that are not disabled, whatever they are used for. */
  findDomain(name: string): Promise<LocalDomain | null>;
  /** Those of them to which mail is stored or forwarded here: to all others it goes by MX. */
  findReceiving(name: string): Promise<LocalDomain | null>;
  /** Of a domain that receives. Null: nobody of that name. Loops end quietly; too wide or deep a group throws `limit`. */
  resolve(domain: LocalDomain, local: string): Promise<Resolution | null>;
  /** By full address, case-insensitive, plus-tag ignored; suspended ones are found too. */
  findAccount(address: string): Promise<Account | null>;
  /**
   * May this mailbox write as that address: its own (with any tag), or an alias that leads only to it, of a
   * domain that sends.
   */
  ownsAddress(mailboxId: string, address: Address): Promise<boolean>;
  /** Keys that sign now. Empty when the domain is not ours. */
  dkimSigners(domain: string): Promise<DkimSigner[]>;
  /** By the password itself (lib/mail/app-password.ts), whosever it is. */
  findAppPassword(password: string): Promise<FoundAppPassword | null>;
  /** Notes a sign-in; batched, never awaited by a reply. */
  noteSignIn(note: SignInNote): void;
}

// ── The mail queue ──────────────────────────────────────────────────────────────────────────────

export interface QueueEntry {
  readonly id: string;
  /** "" for the null reverse-path. */
  readonly reversePath: string;
  readonly mailboxId: string | null;
  readonly smtputf8: boolean;
  readonly eightBit: boolean;
  readonly requireTls: boolean;
  readonly dsnRet: "FULL" | "HDRS" | null;
  readonly dsnEnvid: string | null;
  readonly recipients: readonly QueueRecipient[];
  /** When set, the queue's copy starts with these bytes (DKIM-Signature) before `source`. */
  readonly prefix?: Buffer | undefined;
}

export interface QueueRecipient {
  readonly address: string;
  readonly destination: string;
  readonly dsnNotify: string | null;
  readonly dsnOrcpt: string | null;
}

/** Recipients of one message for one destination, claimed together: one SMTP transaction. */
export interface QueueBatch {
  readonly queueId: string;
  readonly traceId: string;
  readonly blobId: BlobId;
  readonly size: number;
  readonly reversePath: string;
  readonly mailboxId: string | null;
  readonly smtputf8: boolean;
  readonly eightBit: boolean;
  readonly requireTls: boolean;
  readonly dsnRet: "FULL" | "HDRS" | null;
  readonly dsnEnvid: string | null;
  readonly createdAt: Date;
  readonly destination: string;
  readonly recipients: readonly ClaimedRecipient[];
}

export interface ClaimedRecipient extends QueueRecipient {
  readonly id: number;
  /** Attempts made, this one included. */
  readonly attempts: number;
  readonly delayNoticeAt: Date | null;
}

export type Outcome = "delivered" | "deferred" | "failed";

export interface RecipientResult {
  readonly recipientId: number;
  readonly outcome: Outcome;
  readonly code: number;
  readonly enhanced: string;
  readonly text: string;
}

export interface Attempt {
  readonly id: string;
  readonly queueId: string;
  readonly destination: string;
  readonly startedAt: Date;
  readonly ms: number;
  readonly mx: string | null;
  readonly remoteIp: string | null;
  readonly tls: { protocol: string; cipher: string; policy: string; authenticated: boolean } | null;
  readonly transcript: string;
  readonly results: readonly RecipientResult[];
}

/** A notice to the sender (RFC 3464), stored or queued with the attempt that caused it. */
export interface OutboundQueue {
  /**
   * Claims due recipients, oldest first, at most `limit` batches, leaving alone the destinations in
   * `busy`. In the same transaction attempts is raised and next_attempt_at is moved on by `nextAttempt`
   * (lib/mail/retry.ts), so that a crash cannot cause a tight loop.
   */
  claim(options: {
    worker: string;
    now: Date;
    limit: number;
    busy: readonly string[];
    nextAttempt: (attempts: number, now: Date, createdAt: Date) => Date;
  }): Promise<QueueBatch[]>;
  /**
   * What the worker claimed and will not try is due again at once, as if it had not been claimed: those
   * recipients, or all that it holds.
   */
  giveBack(worker: string, now: Date, only?: readonly number[]): Promise<void>;
  /** When the next waiting recipient is due, or null. */
  nextDue(): Promise<Date | null>;
  /**
   * Writes an attempt, the new state of its recipients, its events, and the notices it causes, in one
   * transaction. `noticed` names recipients whose delay notice is among them.
   */
  finish(
    attempt: Attempt,
    events: readonly MailEvent[],
    notices: readonly Acceptance[],
    noticed?: readonly number[],
  ): Promise<void>;
  /** Calls back when rows were added or released, by any process. */
  onWork(listener: () => void): () => void;
}

// ── DNS ─────────────────────────────────────────────────────────────────────────────────────────

export type RecordType =
  "A" | "AAAA" | "MX" | "TXT" | "CNAME" | "NS" | "SOA" | "PTR" | "TLSA" | "SRV" | "CAA" | "DS";

export type Rcode = "NOERROR" | "NXDOMAIN" | "SERVFAIL" | "REFUSED" | "TIMEOUT" | "OTHER";

export interface DnsAnswer<T> {
  readonly rcode: Rcode;
  /** Empty with NOERROR means "no data". */
  readonly records: readonly T[];
  /** AD bit of a resolver that is trusted to validate; false when nobody can say. */
  readonly authenticated: boolean;
  /** Seconds; the smallest of the answer. */
  readonly ttl: number;
  /** Server asked, "address:port". */
  readonly from: string;
}

export interface MxRecord {
  readonly preference: number;
  readonly exchange: string;
}
export interface TlsaRecord {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  readonly data: Buffer;
}

/** Values by type: names and addresses as strings, TXT as whole strings (chunks joined). */
export interface RecordValue {
  A: string;
  AAAA: string;
  MX: MxRecord;
  TXT: string;
  CNAME: string;
  NS: string;
  SOA: { mname: string; rname: string; serial: number; minimum: number };
  PTR: string;
  TLSA: TlsaRecord;
  SRV: { priority: number; weight: number; port: number; target: string };
  CAA: { flags: number; tag: string; value: string };
  DS: { keyTag: number; algorithm: number; digestType: number; digest: Buffer };
}

/** Never throws for what DNS may answer: unreachable servers are rcode TIMEOUT or SERVFAIL. */
export interface Resolver {
  query<T extends RecordType>(
    name: string,
    type: T,
    signal?: AbortSignal,
  ): Promise<DnsAnswer<RecordValue[T]>>;
}
