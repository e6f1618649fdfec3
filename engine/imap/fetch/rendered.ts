/**
 * ENVELOPE, BODY and BODYSTRUCTURE as they were said once: a message never changes, and the next client
 * asks for the same. Kept as long as the store keeps what they were made of.
 */
import { Encoder, joined } from "../../../lib/codec/imap/encoder.ts";
import type { BlobInfo } from "../../../lib/mail/ports.ts";
import { bodyStructure, envelope } from "./body-structure.ts";
import type { ItemOfBlob } from "./plan.ts";

type Item = Exclude<ItemOfBlob, "PREVIEW">;

const made = new WeakMap<BlobInfo, Map<string, Buffer>>();

/** `utf8`: in the spelling of a session that reads UTF-8. */
export function rendered(blob: BlobInfo, item: Item, utf8: boolean): Buffer {
  let known = made.get(blob);
  if (known === undefined) made.set(blob, (known = new Map()));
  const key = utf8 ? `${item} utf8` : item;
  let octets = known.get(key);
  if (octets === undefined) known.set(key, (octets = render(blob, item, utf8)));
  return octets;
}

/** Octets, not text: a string that was put together from many costs as much again each time it is sent. */
function render({ structure }: BlobInfo, item: Item, utf8: boolean): Buffer {
  const e = new Encoder({ utf8 }).raw(`${item} `);
  if (item === "ENVELOPE") envelope(e, structure.envelope);
  else bodyStructure(e, structure.root, item === "BODYSTRUCTURE");
  return joined(e.pieces());
}
