/**
 * Parcels: what one 250 or one APPEND stores, all or nothing. Many of them can share a transaction
 * (group-commit.ts); one that is refused (no room, no such folder) leaves the others alone.
 *
 * Locks in the order of folder-rows.ts: blobs, mailboxes by id, folders by id.
 */
import { MailError } from "../../mail/errors.ts";
import type { MailEvent } from "../../mail/events.ts";
import type { BlobId, Folder, FolderId, QueueEntry, Stored } from "../../mail/ports.ts";
import { insertEvents } from "../event-rows.ts";
import { insertQueueEntries } from "../queue-rows.ts";
import { statement, type Sql } from "../sql.ts";
import { ensureBlobs, type PreparedBlob } from "./blob-writer.ts";
import { canonicalName, INBOX } from "./folder-names.ts";
import { FOLDER_COLUMNS } from "./folder-rows.ts";
import { distinctKeywords, joinKeywords } from "./keywords.ts";
import { Ledger } from "./ledger.ts";
import type { Touched } from "./messages.ts";
import { emailIdOf, threadIdOf } from "./object-ids.ts";

/** One copy in one folder. */
export interface Placement {
  readonly blob: PreparedBlob;
  readonly mailboxId: string;
  /** A name falls back to INBOX; an id must exist. */
  readonly folder: string | FolderId;
  readonly flags: number;
  readonly keywords: readonly string[];
  readonly internalDate: Date;
}

export interface QueuedParcel {
  readonly blob: PreparedBlob;
  readonly traceId: string;
  readonly entry: QueueEntry;
  readonly at: Date;
}

export interface Parcel {
  readonly placements: readonly Placement[];
  readonly queue: QueuedParcel | null;
  readonly events: readonly MailEvent[];
}

export type ParcelOutcome = readonly Stored[] | MailError;

export interface Written {
  /** Runs parallel to the parcels. */
  readonly outcomes: readonly ParcelOutcome[];
  readonly touched: Touched;
  readonly queued: boolean;
}

interface Planned {
  readonly placement: Placement;
  readonly folder: Folder;
  readonly blobId: BlobId;
  readonly uid: number;
  readonly modseq: number;
}

const lockMailboxes = statement<{ id: string; usedBytes: number; quotaBytes: number }>(
  "parcel.mailboxes",
  `SELECT id, used_bytes AS "usedBytes", quota_bytes AS "quotaBytes"
   FROM mailbox WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`,
);
const lockPlaces = statement<Folder>(
  "parcel.folders",
  `SELECT ${FOLDER_COLUMNS} FROM folder
   WHERE id = ANY($1) OR (mailbox_id, name) IN (SELECT * FROM unnest($2::uuid[], $3::text[]))
   ORDER BY id FOR NO KEY UPDATE`,
);
const insertMessages = statement(
  "parcel.messages",
  `INSERT INTO message (folder_id, uid, modseq, blob_id, flags, keywords, size, internal_date,
     save_date, email_id, thread_id)
   SELECT folder_id, uid, modseq, blob_id, flags, string_to_array(keywords, ' '), size,
     internal_date, now(), email_id, thread_id
   FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::text[],
     $7::bigint[], $8::timestamptz[], $9::uuid[], $10::uuid[])
     AS m(folder_id, uid, modseq, blob_id, flags, keywords, size, internal_date, email_id, thread_id)`,
);

/**
 * Writes them in the transaction of the caller, who answers for the long blobs being stored, and for
 * `freed`: octets by mailbox that the same transaction gives back.
 */
export async function writeParcels(
  tx: Sql,
  parcels: readonly Parcel[],
  freed: ReadonlyMap<string, number> = new Map(),
): Promise<Written> {
  const blobs = await ensureBlobs(tx, parcels.flatMap(blobsOf));
  const placements = parcels.flatMap((parcel) => parcel.placements);
  const mailboxIds = [...new Set(placements.map((placement) => placement.mailboxId))];
  const mailboxes = mailboxIds.length > 0 ? await lockMailboxes(tx, mailboxIds) : [];
  const rooms = mailboxes.map(({ id, usedBytes, quotaBytes }) => ({
    id,
    room: quotaBytes - usedBytes + (freed.get(id) ?? 0),
  }));
  const plan = new Plan(blobs, await lockTargets(tx, placements), rooms);
  const outcomes = parcels.map((parcel) => plan.take(parcel));

  const accepted = parcels.filter((_, at) => !(outcomes[at] instanceof MailError));
  const queued = accepted.flatMap((parcel) => parcel.queue ?? []);
  await insertPlanned(tx, plan.planned);
  await plan.ledger.write(tx);
  if (queued.length > 0) {
    await insertQueueEntries(
      tx,
      queued.map((q) => ({ ...q, blobId: plan.idOf(q.blob) })),
    );
  }
  await insertEvents(
    tx,
    accepted.flatMap((parcel) => parcel.events),
  );
  return { outcomes, touched: plan.ledger.changed(), queued: queued.length > 0 };
}

function blobsOf({ placements, queue }: Parcel): PreparedBlob[] {
  return [...placements.map((placement) => placement.blob), ...(queue ? [queue.blob] : [])];
}

/** The folders named, and the INBOX of each mailbox when a name is not there. */
async function lockTargets(tx: Sql, placements: readonly Placement[]): Promise<Folder[]> {
  if (placements.length === 0) return [];
  const named = placements.filter((placement) => typeof placement.folder === "string");
  const folders = await lockPlaces(
    tx,
    placements.flatMap(({ folder }) => (typeof folder === "number" ? [folder] : [])),
    named.map((placement) => placement.mailboxId),
    named.map((placement) => canonicalName(String(placement.folder))),
  );
  const strays = named.filter((placement) => findTarget(folders, placement) === undefined);
  if (strays.length === 0) return folders;
  const mailboxIds = strays.map((placement) => placement.mailboxId);
  const inboxes = await lockPlaces(
    tx,
    [],
    mailboxIds,
    mailboxIds.map(() => INBOX),
  );
  const known = new Set(folders.map((folder) => folder.id));
  return [...folders, ...inboxes.filter((inbox) => !known.has(inbox.id))];
}

function findTarget(folders: readonly Folder[], { folder, mailboxId }: Placement) {
  if (typeof folder === "number") return folders.find(({ id }) => id === folder);
  const name = canonicalName(folder);
  return folders.find((row) => row.mailboxId === mailboxId && row.name === name);
}

/** Decides parcel by parcel, in the order of arrival, who gets in and which uids they get. */
class Plan {
  readonly planned: Planned[] = [];
  readonly ledger: Ledger;
  readonly #blobs: ReadonlyMap<string, BlobId>;
  readonly #byId: ReadonlyMap<FolderId, Folder>;
  readonly #byName: ReadonlyMap<string, Folder>;
  readonly #room: Map<string, number>;

  constructor(
    blobs: ReadonlyMap<string, BlobId>,
    folders: readonly Folder[],
    rooms: readonly { id: string; room: number }[],
  ) {
    this.#blobs = blobs;
    this.#byId = new Map(folders.map((folder) => [folder.id, folder]));
    this.#byName = new Map(folders.map((folder) => [`${folder.mailboxId}/${folder.name}`, folder]));
    this.#room = new Map(rooms.map(({ id, room }) => [id, room]));
    this.ledger = new Ledger(this.#byId);
  }

  /** Nothing is kept of a parcel that is refused. */
  take(parcel: Parcel): ParcelOutcome {
    try {
      const checked = this.#check(parcel);
      return checked.map(({ placement, folder }) => this.#place(placement, folder));
    } catch (error) {
      if (error instanceof MailError) return error;
      throw error;
    }
  }

  idOf(blob: PreparedBlob): BlobId {
    const id = this.#blobs.get(blob.sha256.toString("hex"));
    if (id !== undefined) return id;
    throw new MailError("unavailable", "Storage is not available, try again later", {
      cause: new Error("a long blob was collected before its message was stored"),
    });
  }

  #check(parcel: Parcel): { placement: Placement; folder: Folder }[] {
    for (const blob of blobsOf(parcel)) this.idOf(blob);
    for (const { keywords } of parcel.placements) distinctKeywords(keywords);
    const needed = new Map<string, number>();
    for (const { mailboxId, blob } of parcel.placements) {
      needed.set(mailboxId, (needed.get(mailboxId) ?? 0) + blob.size);
    }
    for (const [mailboxId, bytes] of needed) this.#checkRoom(mailboxId, bytes);
    const places = parcel.placements.map((placement) => ({
      placement,
      folder: this.#find(placement),
    }));
    for (const [mailboxId, bytes] of needed) {
      this.#room.set(mailboxId, (this.#room.get(mailboxId) ?? 0) - bytes);
    }
    return places;
  }

  #checkRoom(mailboxId: string, bytes: number): void {
    const room = this.#room.get(mailboxId);
    // Deleted after RCPT was answered: asked again, the sender hears of it at RCPT.
    if (room === undefined) throw new MailError("unavailable", "Mailbox is not available");
    if (bytes > room) throw new MailError("mailboxFull", "Mailbox full");
  }

  #find({ folder, mailboxId }: Placement): Folder {
    const found =
      typeof folder === "number"
        ? this.#byId.get(folder)
        : (this.#byName.get(`${mailboxId}/${canonicalName(folder)}`) ??
          this.#byName.get(`${mailboxId}/${INBOX}`));
    if (found?.mailboxId === mailboxId) return found;
    throw new MailError(
      typeof folder === "number" ? "noSuchFolder" : "unavailable",
      "No such folder",
    );
  }

  #place(placement: Placement, folder: Folder): Stored {
    const { flags, blob, mailboxId } = placement;
    const { uid, modseq } = this.ledger.add(folder.id, { flags, size: blob.size });
    this.planned.push({ placement, folder, blobId: this.idOf(blob), uid, modseq });
    return { mailboxId, folderId: folder.id, folder: folder.name, uid };
  }
}

async function insertPlanned(tx: Sql, planned: readonly Planned[]): Promise<void> {
  if (planned.length === 0) return;
  const emailIds = planned.map(({ placement }) => emailIdOf(placement.blob.sha256));
  await insertMessages(
    tx,
    planned.map(({ folder }) => folder.id),
    planned.map(({ uid }) => uid),
    planned.map(({ modseq }) => modseq),
    planned.map(({ blobId }) => blobId),
    planned.map(({ placement }) => placement.flags),
    planned.map(({ placement }) => joinKeywords(distinctKeywords(placement.keywords))),
    planned.map(({ placement }) => placement.blob.size),
    planned.map(({ placement }) => placement.internalDate),
    emailIds,
    planned.map(({ placement: { mailboxId, blob } }, at) =>
      threadIdOf(mailboxId, blob.structure, emailIds[at] ?? ""),
    ),
  );
}
