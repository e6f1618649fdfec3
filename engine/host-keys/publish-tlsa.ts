/**
 * Publishes TLSA of the next key and takes away those that are not needed any more, where the server may
 * change the host's zone by itself. The first TLSA are published by a person, with the host's other
 * records: from then on senders insist on them. Whatever else stands there stays.
 */
import { plainValue } from "../../lib/mail/dns/rdata.ts";
import { wantedKeys } from "../../lib/mail/dns/host-key-life.ts";
import { tlsaOf } from "../../lib/mail/host-key.ts";
import {
  claimTlsaPublish,
  noteTlsaPublished,
  type HostKeyRow,
  type HostLife,
} from "../../lib/storage/host-key-life.ts";
import type { KeysContext } from "../keys/context.ts";
import { reasonOf } from "../publish/error.ts";
import { canPublish, publishNow, type PublishChange } from "../publish/publish.ts";

export async function publishTlsa(ctx: KeysContext, life: HostLife): Promise<void> {
  const { keys, memory, names } = life;
  const published = names.filter((name) => memory?.names.includes(name));
  const [name] = published;
  const isUsed = memory?.published === "yes" && keys.some(({ lastSeenAt }) => lastSeenAt !== null);
  if (!isUsed || life.strange || name === undefined) return;
  const adds = wantedKeys(keys).filter(isUnseen);
  const removes = keys.filter(isLeftOver);
  if (adds.length + removes.length === 0 || !(await canPublish(ctx, null, name))) return;
  const wanting = [...adds, ...removes].map(({ id }) => id);
  const ids = await claimTlsaPublish(ctx.pool, wanting, ctx.clock.now());
  if (ids.length === 0) return;
  const texts = { add: wantedKeys(keys).map(textOf), remove: removes.map(textOf) };
  // Where there are none nobody asked for any.
  const changes = published.map((at): PublishChange => ({ name: at, type: "TLSA", ...texts }));
  try {
    await publishNow(ctx, null, changes);
    await noteTlsaPublished(ctx.pool, ids, null);
  } catch (err) {
    ctx.log.warn({ err }, "TLSA could not be published");
    await noteTlsaPublished(ctx.pool, ids, reasonOf(err));
  }
}

const isUnseen = ({ state, visibleSince }: HostKeyRow) =>
  state !== "retired" && visibleSince === null;
const isLeftOver = ({ releasedAt, lastSeenAt }: HostKeyRow) =>
  releasedAt !== null && lastSeenAt !== null;
const textOf = ({ spki }: HostKeyRow) => plainValue({ type: "TLSA", value: tlsaOf(spki) });
