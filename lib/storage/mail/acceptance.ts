/** An Acceptance as a parcel: its bytes read, and a second copy of them for a queue with a prefix. */
import { prefixed } from "../../mail/byte-source.ts";
import type { Acceptance, ByteSource } from "../../mail/ports.ts";
import type { PreparedBlob } from "./blob-writer.ts";
import type { Parcel } from "./parcels.ts";

type Prepare = (source: ByteSource) => Promise<PreparedBlob>;

export async function prepareAcceptance(acceptance: Acceptance, prepare: Prepare): Promise<Parcel> {
  const { source, deliveries, queue: entry, internalDate, traceId, events } = acceptance;
  const { deliveryPrefix = NOTHING } = acceptance;
  const prefix = entry?.prefix ?? NOTHING;
  const plain = deliveries.length > 0 ? await prepare(prefixed(deliveryPrefix, source)) : null;
  const shared = plain !== null && prefix.equals(deliveryPrefix);
  const queued = shared || !entry ? plain : await prepare(prefixed(prefix, source));
  return {
    placements: plain ? deliveries.map((to) => ({ ...to, blob: plain, internalDate })) : [],
    queue: entry && queued ? { blob: queued, traceId, entry, at: internalDate } : null,
    events,
  };
}

const NOTHING = Buffer.alloc(0);
