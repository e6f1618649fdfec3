/** MailStore (lib/mail/ports.ts) on PostgreSQL: which transaction, and who is told after it. */
import type pg from "pg";
import { MailError } from "../../mail/errors.ts";
import type { MailEvent } from "../../mail/events.ts";
import { canonicalLocal, type Address } from "../../mail/address.ts";
import { DELETED } from "../../mail/flags.ts";
import type * as ports from "../../mail/ports.ts";
import { portions } from "../../mail/portions.ts";
import type { Usage } from "../../mail/quota.ts";
import type { FlagScope } from "../../mail/rights.ts";
import type { EventRecorder } from "../events.ts";
import type { Notifications } from "../notifications.ts";
import { notifyQueue } from "../queue-notice.ts";
import { statement, translated } from "../sql.ts";
import { BlobReader } from "./blob-reader.ts";
import { blobsWithout } from "./text-index.ts";
import { prepareAcceptance } from "./acceptance.ts";
import { prepareBlob, storeLongBlob, type PreparedBlob } from "./blob-writer.ts";
import { MailChanges } from "./changes.ts";
import { canonicalName, INBOX } from "./folder-names.ts";
import { selectFolder, selectFolders, selectWithUsage, USAGE_COLUMNS } from "./folder-rows.ts";
import { FolderViews } from "./folder-views.ts";
import * as accessKeys from "./access-keys.ts";
import * as acl from "./acl.ts";
import * as folders from "./folders.ts";
import { GroupCommit } from "./group-commit.ts";
import * as messages from "./messages.ts";
import { listDigests, listMetadata, writeMetadata } from "./metadata.ts";
import type { Parcel } from "./parcels.ts";
import { replaceMessage } from "./replace.ts";

type Folder = ports.Folder;
type FolderId = ports.FolderId;

const selectExpunged = statement<{ uid: ports.Uid }>(
  "expunged.since",
  "SELECT uid FROM expunged WHERE folder_id = $1 AND modseq > $2 ORDER BY uid",
);
const selectBlob = statement<{ blobId: ports.BlobId }>(
  "message.blob",
  `SELECT blob_id AS "blobId" FROM message WHERE folder_id = $1 AND uid = $2`,
);
const selectFloor = statement<{ floor: number }>(
  "expunged.floor",
  "SELECT expunged_floor AS floor FROM folder WHERE id = $1",
);
const sumDeleted = statement<{ bytes: number }>(
  "message.deleted-bytes",
  `SELECT coalesce(sum(size), 0)::bigint AS bytes FROM message
   WHERE folder_id = $1 AND ${DELETED} & CASE
     WHEN EXISTS (SELECT 1 FROM reflagged r JOIN folder f ON f.id = r.folder_id
       WHERE f.id = $1 AND r.modseq > f.folded_modseq AND r.kept IS NOT NULL)
     THEN flags_now(folder_id, uid, modseq, flags) ELSE flags END <> 0`,
);
const selectQuota = statement<Usage>(
  "mailbox.quota",
  `SELECT ${USAGE_COLUMNS} FROM mailbox WHERE id = $1`,
);

export interface MailStoreParts {
  readonly pool: pg.Pool;
  readonly notifications: Notifications;
  readonly events: EventRecorder;
  /** Told of what fails behind a change that is already committed. */
  readonly onError: (error: unknown) => void;
}

export class PostgresMailStore implements ports.MailStore {
  readonly #pool: pg.Pool;
  readonly #blobs: BlobReader;
  readonly #views: FolderViews;
  readonly #changes: MailChanges;
  readonly #group: GroupCommit;
  readonly #events: EventRecorder;

  constructor({ pool, notifications, events, onError }: MailStoreParts) {
    this.#pool = pool;
    this.#blobs = new BlobReader(pool);
    this.#events = events;
    this.#views = new FolderViews(pool, onError);
    this.#changes = new MailChanges({ db: pool, notifications, views: this.#views, onError });
    this.#group = new GroupCommit(pool, async ({ touched, queued }) => {
      if (queued) notifyQueue(notifications);
      await this.#changes.committed(touched);
    });
  }

  /** Everything asked for is stored first. */
  async close(): Promise<void> {
    await this.#group.idle();
    this.#changes.close();
    await this.#views.folded();
  }

  /** To be called after the commit of parcels that were written elsewhere. */
  committed(touched: messages.Touched): Promise<void> {
    return this.#changes.committed(touched);
  }

  // Folders

  listFolders(mailboxId: string): Promise<Folder[]> {
    return translated(selectFolders(this.#pool, mailboxId));
  }

  async findFolder(mailboxId: string, name: string): Promise<Folder | null> {
    const [folder] = await translated(selectFolder(this.#pool, mailboxId, canonicalName(name)));
    return folder ?? null;
  }

  async findWithUsage(
    mailboxId: string,
    name: string,
  ): Promise<{ folder: Folder; usage: Usage } | null> {
    const [found] = await translated(selectWithUsage(this.#pool, mailboxId, canonicalName(name)));
    return found ?? null;
  }

  async createFolder(
    mailboxId: string,
    name: string,
    specialUse: string | null = null,
  ): Promise<Folder> {
    const folder = await folders.createFolder(this.#pool, mailboxId, { name, specialUse });
    await this.#changes.committed(new Map([[folder.id, mailboxId]]));
    return folder;
  }

  async deleteFolder(mailboxId: string, name: string): Promise<void> {
    const id = await folders.deleteFolder(this.#pool, mailboxId, name);
    await this.#changes.committed(new Map([[id, mailboxId]]));
  }

  async renameFolder(mailboxId: string, from: string, to: string): Promise<void> {
    const ids = await folders.renameFolder(this.#pool, mailboxId, { from, to });
    const fromInbox = canonicalName(from) === INBOX ? (ids.at(-1) ?? null) : null;
    await this.#changes.committed(new Map(ids.map((id) => [id, mailboxId])), { fromInbox });
  }

  listSubscriptions(mailboxId: string): Promise<string[]> {
    return translated(folders.listSubscriptions(this.#pool, mailboxId));
  }

  metadata(mailboxId: string, folderId: FolderId | null): Promise<Map<string, Buffer>> {
    return translated(listMetadata(this.#pool, mailboxId, folderId));
  }

  async setMetadata(
    mailboxId: string,
    folderId: FolderId | null,
    values: ReadonlyMap<string, Buffer | null>,
  ): Promise<void> {
    const owner = await writeMetadata(this.#pool, { mailboxId, folderId, values });
    const annotations = { annotations: true };
    if (folderId !== null && owner !== null)
      await this.#changes.committed(new Map([[folderId, owner]]), annotations);
    if (owner !== mailboxId) this.#changes.told(mailboxId, annotations);
  }

  metadataDigests(
    mailboxId: string,
    others: readonly FolderId[] = [],
  ): Promise<ports.MetadataDigest[]> {
    return translated(listDigests(this.#pool, mailboxId, others));
  }

  // Access

  sharedFolders(mailboxId: string): Promise<ports.SharedFolder[]> {
    return translated(acl.listShared(this.#pool, mailboxId));
  }

  findShared(
    mailboxId: string,
    { local, domain }: Address,
    names: readonly string[],
  ): Promise<ports.SharedFolder[]> {
    const owner = { local: canonicalLocal(local), domain, names: names.map(canonicalName) };
    return translated(acl.findShared(this.#pool, mailboxId, owner));
  }

  rightsOn(mailboxId: string, folderId: FolderId): Promise<number> {
    return translated(acl.rightsOn(this.#pool, mailboxId, folderId));
  }

  addressOf(mailboxId: string): Promise<string> {
    return translated(acl.addressOf(this.#pool, mailboxId));
  }

  acl(folderId: FolderId): Promise<ports.AclEntry[]> {
    return translated(acl.listEntries(this.#pool, folderId));
  }

  async changeAcl(folder: Folder, change: ports.AclChange): Promise<void> {
    await acl.changeAcl(this.#pool, folder, change);
    this.#changes.told(folder.mailboxId, { rights: true });
    if (change.granteeId !== null) this.#changes.told(change.granteeId, { rights: true });
  }

  findAccessKey(mailboxId: string, folderId: FolderId): Promise<Buffer | null> {
    return accessKeys.findAccessKey(this.#pool, mailboxId, folderId);
  }

  makeAccessKey(mailboxId: string, folderId: FolderId): Promise<Buffer> {
    return accessKeys.makeAccessKey(this.#pool, mailboxId, folderId);
  }

  async resetAccessKey(mailboxId: string, folderId: FolderId | null): Promise<void> {
    await accessKeys.resetAccessKey(this.#pool, mailboxId, folderId);
    this.#changes.keyReset(mailboxId, folderId);
  }

  watchAccessKeys(mailboxId: string, listener: (folderId: FolderId | null) => void): () => void {
    return this.#changes.watchAccessKeys(mailboxId, listener);
  }

  async setSubscribed(mailboxId: string, name: string, subscribed: boolean): Promise<void> {
    await translated(folders.setSubscribed(this.#pool, mailboxId, { name, subscribed }));
    this.#changes.told(mailboxId);
  }

  async openFolder(mailboxId: string, name: string): Promise<ports.OpenFolder> {
    const folder = await this.findFolder(mailboxId, name);
    if (folder === null) throw new MailError("noSuchFolder", "No such folder");
    return this.#views.open(folder);
  }

  /** The floor is read last: what was pruned in between raises it. */
  async expungedSince(folderId: FolderId, modseq: number): Promise<ports.Uid[] | null> {
    const rows = await translated(selectExpunged(this.#pool, folderId, modseq));
    const [folder] = await translated(selectFloor(this.#pool, folderId));
    if (folder === undefined || modseq < folder.floor) return null;
    return rows.map((row) => row.uid);
  }

  // Messages

  async append(
    folder: Folder,
    news: readonly ports.NewMessage[],
  ): Promise<{ uidValidity: number; uids: ports.Uid[] }> {
    const { id, mailboxId, uidValidity } = folder;
    const placements = [];
    for (const { source, ...rest } of news) {
      placements.push({ ...rest, mailboxId, folder: id, blob: await this.#prepare(source) });
    }
    const stored = await this.#group.write({ placements, queue: null, events: [] });
    return { uidValidity, uids: stored.map((place) => place.uid) };
  }

  async replace(
    from: FolderId,
    uid: ports.Uid,
    { to, message }: { to: Folder; message: ports.NewMessage },
  ): Promise<{ uidValidity: number; uid: ports.Uid }> {
    const { id: folder, mailboxId, uidValidity } = to;
    const { source, ...rest } = message;
    const blob = await this.#prepare(source);
    const placement = { ...rest, mailboxId, folder, blob };
    const { stored, touched } = await replaceMessage(this.#pool, { from, uid, placement });
    await this.#changes.committed(touched);
    return { uidValidity, uid: stored.uid };
  }

  copy(
    from: FolderId,
    uids: readonly ports.Uid[],
    to: Folder,
    keeps?: FlagScope,
  ): Promise<ports.CopyResult> {
    return this.#transfer(messages.copyMessages, { from, uids, to, keeps });
  }

  move(
    from: FolderId,
    uids: readonly ports.Uid[],
    to: Folder,
    keeps?: FlagScope,
  ): Promise<ports.CopyResult> {
    return this.#transfer(messages.moveMessages, { from, uids, to, keeps });
  }

  async #transfer(
    how: typeof messages.copyMessages,
    transfer: messages.Transfer,
  ): Promise<ports.CopyResult> {
    const view = this.#views.held(transfer.from);
    const { result, touched } = await how(this.#pool, { ...transfer, view });
    await this.#changes.committed(touched);
    return result;
  }

  async setFlags(
    id: FolderId,
    uids: readonly ports.Uid[],
    edit: ports.FlagEdit,
    unchangedSince?: number,
  ): Promise<{ changed: readonly ports.Uid[]; refused: ports.Uid[]; modseq: number }> {
    const view = this.#views.held(id);
    const request = { uids, edit, unchangedSince };
    const logged = await view?.reflag(request);
    if (logged) {
      const { changed, refused, folder, seen } = logged;
      if (changed.length > 0)
        await this.#changes.committed(new Map([[id, folder.mailboxId]]), {
          seen: seen ? [id] : [],
        });
      return { changed, refused, modseq: folder.highestModseq };
    }
    const change = { ...request, view };
    const { edited, refused, folder, touched } = await messages.setFlags(this.#pool, id, change);
    const applied = edited.length > 0 && this.#views.held(id)?.applyFlags(folder, edited) === true;
    await this.#changes.committed(touched, { seen: applied ? [id] : [] });
    const changed = edited.map(({ uid }) => uid);
    return { changed, refused, modseq: folder.highestModseq };
  }

  async expunge(
    folder: FolderId,
    uids: readonly ports.Uid[],
    { force = false }: { force?: boolean } = {},
  ): Promise<ports.Uid[]> {
    const all: ports.Uid[] = [];
    for (const some of portions(uids)) {
      const portion = { uids: some, force, view: this.#views.held(folder) };
      const { gone, touched } = await messages.expungeMessages(this.#pool, folder, portion);
      await this.#changes.committed(touched);
      all.push(...gone);
    }
    return all;
  }

  // Bytes

  getBlobs(ids: readonly ports.BlobId[], octetsUpTo?: number): Promise<ports.BlobInfo[]> {
    return this.#blobs.getBlobs(ids, octetsUpTo);
  }

  readBlob(id: ports.BlobId, offset?: number, length?: number): AsyncIterable<Buffer> {
    return this.#blobs.readBlob(id, offset, length);
  }

  async findBlob(folder: FolderId, uid: ports.Uid): Promise<ports.BlobId | null> {
    const [row] = await translated(selectBlob(this.#pool, folder, uid));
    return row?.blobId ?? null;
  }

  blobsWithout(
    ids: readonly ports.BlobId[],
    numbers: readonly number[],
  ): Promise<ReadonlySet<ports.BlobId>> {
    return blobsWithout(this.#pool, ids, numbers);
  }

  blobSource(blob: { id: ports.BlobId; size: number }): ports.ByteSource {
    return this.#blobs.blobSource(blob);
  }

  // Acceptance

  async accept(acceptance: ports.Acceptance): Promise<ports.Stored[]> {
    const parcel = await prepareAcceptance(acceptance, (source) => this.#prepare(source));
    return [...(await this.#group.write(parcel))];
  }

  /** For whoever writes parcels in a transaction of their own: the queue. */
  prepareParcels(acceptances: readonly ports.Acceptance[]): Promise<Parcel[]> {
    const prepare = (source: ports.ByteSource) => this.#prepare(source);
    return Promise.all(acceptances.map((acceptance) => prepareAcceptance(acceptance, prepare)));
  }

  record(events: readonly MailEvent[]): void {
    this.#events.record(events);
  }

  // Mailbox-wide

  async quota(mailboxId: string): Promise<Usage> {
    const [row] = await translated(selectQuota(this.#pool, mailboxId));
    if (row === undefined) throw new MailError("notFound", "No such mailbox");
    return row;
  }

  async deletedBytes(folderId: FolderId): Promise<number> {
    const [row] = await translated(sumDeleted(this.#pool, folderId));
    return row?.bytes ?? 0;
  }

  watchMailbox(mailboxId: string, listener: (news: ports.MailboxNews) => void): () => void {
    return this.#changes.watchMailbox(mailboxId, listener);
  }

  async #prepare(source: ports.ByteSource): Promise<PreparedBlob> {
    const blob = await prepareBlob(source);
    await storeLongBlob(this.#pool, blob, source);
    return blob;
  }
}
