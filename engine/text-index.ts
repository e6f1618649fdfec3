/**
 * Makes the index of texts (lib/storage/mail/text-index.ts) of what has been stored, afterwards and a few
 * messages at a time: a 250 or an OK never waits for it, and a search reads what it has not reached.
 *
 * One engine at a time makes segments; signatures made twice are the same.
 */
import { setImmediate as breathe, setTimeout as delay } from "node:timers/promises";
import type { Pool } from "pg";
import type { Logger } from "pino";
import type { BlobId, BlobInfo, BlobsFor, MailStore } from "../lib/mail/ports.ts";
import {
  blobsWithoutSignature,
  dropOldSignatures,
  keepSignatures,
  sealSegment,
} from "../lib/storage/mail/text-index.ts";
import { readerOf } from "./imap/fetch/reader.ts";
import { MAX_BROUGHT_ALONG } from "./imap/limits.ts";
import { pourText } from "./imap/search/by-octets.ts";
import { SignatureSink } from "./imap/search/text.ts";
import { about, startPasses } from "./passes.ts";

const FIRST_MS = 5_000;
const EVERY_MS = 5_000;
/** Messages whose signatures are stored at once. */
const BATCH = 64;
/** Of its time, the engine gives so much to others while there is plenty to index. */
const REST_RATIO = 1;

interface Options {
  readonly pool: Pool;
  readonly store: MailStore;
  readonly blobsFor: BlobsFor;
  readonly log: Logger;
}

export function startTextIndex({ log, ...storage }: Options): { stop(): Promise<void> } {
  let oldOnes = true;
  return startPasses({
    firstMs: FIRST_MS,
    everyMs: () => about(EVERY_MS),
    failed: "text index failed",
    log,
    async run(signal) {
      if (oldOnes) await dropOldSignatures(storage.pool);
      oldOnes = false;
      await indexTexts(storage, { signal, restRatio: REST_RATIO });
    },
  });
}

interface Pace {
  readonly signal?: AbortSignal;
  /** Rest for each unit of work. */
  readonly restRatio?: number;
}

/** Until nothing is left to do. */
export async function indexTexts(
  storage: Omit<Options, "log">,
  { signal, restRatio = 0 }: Pace = {},
): Promise<void> {
  const { pool } = storage;
  for (let more = true; more && signal?.aborted !== true;) {
    const started = performance.now();
    const ids = await blobsWithoutSignature(pool, BATCH);
    if (ids.length > 0) await keepSignatures(pool, await signaturesOf(storage, ids));
    const sealed = await sealSegment(pool, () => breathe());
    more = ids.length > 0 || sealed;
    const rest = (performance.now() - started) * restRatio;
    if (more && rest >= 1) await delay(rest, undefined, { signal }).catch(() => {}); // we stop
  }
}

async function signaturesOf(
  { store, blobsFor }: Omit<Options, "log">,
  ids: readonly BlobId[],
): Promise<Map<BlobId, Buffer | null>> {
  const made = new Map<BlobId, Buffer | null>();
  // What has just come will be fetched; of what is made up for nobody knows how much there is.
  const blobs = blobsFor(ids.length < BATCH ? ids.length : Infinity);
  for (const blob of await blobs.getBlobs(ids, MAX_BROUGHT_ALONG)) {
    made.set(blob.id, await signatureOf(store, blob));
    await breathe();
  }
  return made;
}

/** Null too when it cannot be read: then it is gone, or a search will say so. */
async function signatureOf(store: MailStore, blob: BlobInfo): Promise<Buffer | null> {
  const sink = new SignatureSink();
  try {
    await pourText({ structure: blob.structure, read: readerOf(store, blob) }, sink);
  } catch {
    return null;
  }
  return sink.finish();
}
