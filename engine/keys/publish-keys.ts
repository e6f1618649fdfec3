/**
 * Publishes what the server may publish by itself: keys of a rotation and keys behind a CNAME, `p=` of
 * revoked ones; and takes away what is safe to delete. Whatever else stands in the zone stays. The first
 * keys of a domain are published by people, with its other records.
 */
import { dkimText } from "../../lib/mail/dkim-keys.ts";
import { selectorName } from "../../lib/mail/dns/key-names.ts";
import {
  claimPublish,
  notePublished,
  type DomainLife,
  type KeyRow,
} from "../../lib/storage/key-life.ts";
import { reasonOf } from "../publish/error.ts";
import { canPublish, publishNow, type PublishChange } from "../publish/publish.ts";
import type { KeysContext } from "./context.ts";

export async function publishKeys(ctx: KeysContext, life: DomainLife): Promise<void> {
  const wanting = life.keys.filter(wantsPublishing);
  const own = wanting.filter(({ target }) => target === null);
  if (own.length > 0 && (await canPublish(ctx, life.domainId)))
    await publish(ctx, { scope: life.domainId, life, keys: own });
  const [first] = wanting.flatMap(({ target }) => target ?? []);
  if (first !== undefined && (await canPublish(ctx, null, first)))
    await publish(ctx, {
      scope: null,
      life,
      keys: wanting.filter(({ target }) => target !== null),
    });
}

function wantsPublishing({ state, rotationId, target, revokedAt }: KeyRow): boolean {
  const isOurs = rotationId !== null || target !== null;
  if (state === "safe_to_delete") return true;
  if (revokedAt !== null) return true;
  return state === "publishing" && isOurs;
}

interface Task {
  /** As publishNow has it: the domain, or names of the server itself. */
  readonly scope: string | null;
  readonly life: DomainLife;
  readonly keys: readonly KeyRow[];
}

async function publish(ctx: KeysContext, { scope, life, keys }: Task): Promise<void> {
  const ids = await claimPublish(
    ctx.pool,
    keys.map(({ id }) => id),
    ctx.clock.now(),
  );
  const mine = keys.filter(({ id }) => ids.includes(id));
  if (mine.length === 0) return;
  try {
    await publishNow(
      ctx,
      scope,
      mine.map((key) => changeFor(key, life.domain)),
    );
    await notePublished(ctx.pool, ids, null);
  } catch (err) {
    ctx.log.warn({ err, domain: life.domain }, "signing keys could not be published");
    await notePublished(ctx.pool, ids, reasonOf(err));
  }
}

function changeFor(key: KeyRow, domain: string): PublishChange {
  const name = key.target ?? selectorName(key.selector, domain);
  const [text, empty] = [dkimText(key), dkimText({ ...key, revoked: true })];
  // Whatever else is a key under this name was one of ours: a receiver that finds two may take either.
  const shared = { name, type: "TXT", removeStartingWith: "v=DKIM1" } as const;
  if (key.state === "safe_to_delete") return { ...shared, add: [], remove: [text, empty] };
  if (key.revokedAt !== null) return { ...shared, add: [empty], remove: [text] };
  return { ...shared, add: [text] };
}
