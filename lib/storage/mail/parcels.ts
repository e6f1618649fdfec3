/**
 * Parcels: what one 250 or one APPEND stores, all or nothing. Many of them can share a transaction
 * (group-commit.ts); one that is refused (no room, no such folder) leaves the others alone.
 *
 * Locks in the order of folder-rows.ts: blobs, mailboxes by id, folders by id.
 */
import { MailError } from "../../mail/errors.ts";
import type { MailEvent } from "../../mail/events.ts";
import type { BlobId, Folder, FolderId, QueueEntry, Stored } from "../../mail/ports.ts";
import { minus, NOTHING, oneMessage, plus, requireRoom, roomIn } from "../../mail/quota.ts";
import type { Amount, Usage } from "../../mail/quota.ts";
import { insertEvents } from "../event-rows.ts";
import { insertQueueEntries } from "../queue-rows.ts";
import { statement, type Sql, type Transaction } from "../sql.ts";
import { columnsOf, isShort, type PreparedBlob } from "./blob-writer.ts";
import { canonicalName, INBOX } from "./folder-names.ts";
import { FOLDER_COLUMNS } from "./folder-rows.ts";
import { distinctKeywords, joinKeywords } from "./keywords.ts";
import { Ledger, ledgerUpdates } from "./ledger.ts";
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

interface Opened {
  /** Blobs and their hashes in hex, one beside the other. */
  readonly ids: readonly BlobId[];
  readonly hashes: readonly string[];
  readonly mailboxes: readonly (Usage & { id: string })[];
  readonly folders: readonly Folder[];
}

/** The function and its locks: prisma/migrations/…_open_parcels, as changed by 20261127061130_quota_messages. */
const openParcels = statement<{ opened: Opened }>(
  "parcel.open",
  "SELECT open_parcels($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS opened",
);
const lockPlaces = statement<Folder>(
  "parcel.folders",
  `SELECT ${FOLDER_COLUMNS} FROM folder
   WHERE (mailbox_id, name) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))
   ORDER BY id FOR NO KEY UPDATE`,
);
/** The messages, and the counters of their folders and mailboxes. */
const insertMessages = statement(
  "parcel.messages",
  `WITH ${ledgerUpdates(11)}
   INSERT INTO message (folder_id, uid, modseq, blob_id, flags, keywords, size, internal_date,
     save_date, email_id, thread_id)
   SELECT folder_id, uid, modseq, blob_id, flags, string_to_array(keywords, ' '), size,
     internal_date, now(), email_id, thread_id
   FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::text[],
     $7::bigint[], $8::timestamptz[], $9::uuid[], $10::uuid[])
     AS m(folder_id, uid, modseq, blob_id, flags, keywords, size, internal_date, email_id, thread_id)`,
);

/**
 * Writes them in the transaction of the caller, who answers for the long blobs being stored, and for
 * `freed`: what the same transaction gives back, by mailbox.
 */
export async function writeParcels(
  tx: Transaction,
  parcels: readonly Parcel[],
  freed: ReadonlyMap<string, Amount> = new Map(),
): Promise<Written> {
  const placements = parcels.flatMap((parcel) => parcel.placements);
  const { ids, hashes, mailboxes, folders } = await open(tx, parcels.flatMap(blobsOf), placements);
  const rooms = new Map(
    mailboxes.map(({ id, ...usage }) => [id, plus(roomIn(usage), freed.get(id) ?? NOTHING)]),
  );
  const blobs = new Map(hashes.map((hash, at) => [hash, ids[at] ?? 0]));
  const plan = new Plan(blobs, await withInboxes(tx, folders, placements), rooms);
  const outcomes = parcels.map((parcel) => plan.take(parcel));

  const accepted = parcels.filter((_, at) => !(outcomes[at] instanceof MailError));
  const queued = accepted.flatMap((parcel) => parcel.queue ?? []);
  tx.unawaited(insertPlanned(tx, plan));
  const entries = queued.map((q) => ({ ...q, blobId: plan.idOf(q.blob) }));
  if (entries.length > 0) tx.unawaited(insertQueueEntries(tx, entries));
  tx.unawaited(
    insertEvents(
      tx,
      accepted.flatMap((parcel) => parcel.events),
    ),
  );
  return { outcomes, touched: plan.ledger.changed(), queued: queued.length > 0 };
}

function blobsOf({ placements, queue }: Parcel): PreparedBlob[] {
  return [...placements.map((placement) => placement.blob), ...(queue ? [queue.blob] : [])];
}

async function open(
  tx: Sql,
  blobs: readonly PreparedBlob[],
  placements: readonly Placement[],
): Promise<Opened> {
  const named = placements.filter(({ folder }) => typeof folder === "string");
  const distinct = [...new Map(blobs.map((blob) => [blob.sha256.toString("hex"), blob])).values()];
  const [row] = await openParcels(
    tx,
    ...columnsOf(distinct.filter(isShort)),
    distinct.filter((blob) => !isShort(blob)).map(({ sha256 }) => sha256),
    [...new Set(placements.map(({ mailboxId }) => mailboxId))],
    placements.flatMap(({ folder }) => (typeof folder === "number" ? [folder] : [])),
    named.map(({ mailboxId }) => mailboxId),
    named.map(({ folder }) => canonicalName(String(folder))),
  );
  if (row === undefined) throw new Error("open_parcels answered nothing");
  return row.opened;
}

/** And the INBOX of each mailbox when a name is not there. */
async function withInboxes(
  tx: Sql,
  folders: readonly Folder[],
  placements: readonly Placement[],
): Promise<readonly Folder[]> {
  const strays = placements.filter(
    (placement) =>
      typeof placement.folder === "string" && findTarget(folders, placement) === undefined,
  );
  if (strays.length === 0) return folders;
  const inboxes = await lockPlaces(
    tx,
    strays.map(({ mailboxId }) => mailboxId),
    strays.map(() => INBOX),
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
  readonly #room: Map<string, Amount>;

  constructor(
    blobs: ReadonlyMap<string, BlobId>,
    folders: readonly Folder[],
    room: Map<string, Amount>,
  ) {
    this.#blobs = blobs;
    this.#byId = new Map(folders.map((folder) => [folder.id, folder]));
    this.#byName = new Map(folders.map((folder) => [`${folder.mailboxId}/${folder.name}`, folder]));
    this.#room = room;
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
    const needed = new Map<string, Amount>();
    for (const { mailboxId, blob } of parcel.placements) {
      needed.set(mailboxId, plus(needed.get(mailboxId) ?? NOTHING, oneMessage(blob.size)));
    }
    const left = [...needed].map(([id, amount]) => [id, this.#roomWithout(id, amount)] as const);
    const places = parcel.placements.map((placement) => ({
      placement,
      folder: this.#find(placement),
    }));
    for (const [mailboxId, room] of left) this.#room.set(mailboxId, room);
    return places;
  }

  #roomWithout(mailboxId: string, needed: Amount): Amount {
    const room = this.#room.get(mailboxId);
    // Deleted after RCPT was answered: asked again, the sender hears of it at RCPT.
    if (room === undefined) throw new MailError("unavailable", "Mailbox is not available");
    requireRoom(room, needed);
    return minus(room, needed);
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

async function insertPlanned(tx: Sql, { planned, ledger }: Plan): Promise<void> {
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
    ...ledger.columns(),
  );
}
