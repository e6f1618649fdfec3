/**
 * New keys that nobody asks for: where the server publishes by itself, on the day that the domain's
 * schedule says; behind CNAMEs, where a pair has its place for good, as soon as the place is free, so
 * that the next keys have long been seen when their day comes.
 */
import type { DkimAlgorithm, DkimChoice } from "../../lib/mail/dkim-keys.ts";
import { dueAt } from "../../lib/mail/dns/key-life.ts";
import { freeSlot, slotSelector, targetName } from "../../lib/mail/dns/key-names.ts";
import {
  addRotation,
  auditSystem,
  everySelector,
  readLife,
  tellOfKeys,
  type DomainLife,
  type PreparedKey,
} from "../../lib/storage/key-life.ts";
import { newSealedKeys } from "../../lib/storage/seal-dkim-keys.ts";
import { inTransaction } from "../../lib/storage/sql.ts";
import { canPublish } from "../publish/publish.ts";
import type { KeysContext } from "./context.ts";

export async function prepareRotation(ctx: KeysContext, domainId: string): Promise<void> {
  const life = await readLife(ctx.pool, domainId);
  if (!life || !isTime(life, ctx.clock.now())) return;
  const keys = await (life.mode === "cname" ? slotKeys(ctx, life) : ownKeys(ctx, life));
  if (keys.length > 0) await add(ctx, life.domainId, keys);
}

function isTime(life: DomainLife, now: Date): boolean {
  const { keys, rotations, mode, rotateDays } = life;
  if (mode === "cname") {
    const hasBegun = keys.some(({ target }) => target !== null);
    return hasBegun && freeSlot(keys) !== null && !rotations.some(({ scheduled }) => scheduled);
  }
  const signers = keys.filter(({ state }) => state === "signing");
  const due = dueAt(signers, rotateDays);
  return due !== null && due <= now && rotations.length === 0;
}

async function ownKeys(ctx: KeysContext, { domainId }: DomainLife): Promise<PreparedKey[]> {
  if (!(await canPublish(ctx, domainId))) return [];
  const taken = await everySelector(ctx.pool, domainId);
  return sealed(ctx, { now: ctx.clock.now(), taken }, () => null);
}

async function slotKeys(ctx: KeysContext, { keys, domain }: DomainLife): Promise<PreparedKey[]> {
  const slot = freeSlot(keys);
  if (slot === null) return [];
  const selectorOf = (algorithm: DkimAlgorithm) => slotSelector(slot, algorithm);
  const at = (selector: string) => targetName(selector, domain, ctx.settings.mailHostname);
  const target = at(selectorOf("rsa_sha256"));
  if (target === null || !(await canPublish(ctx, null, target))) return [];
  return sealed(ctx, { selectorOf }, at);
}

async function sealed(
  { secrets }: KeysContext,
  choice: DkimChoice,
  targetOf: (selector: string) => string | null,
): Promise<PreparedKey[]> {
  const keys = await newSealedKeys(secrets, choice);
  return keys.map((key) => ({ ...key, target: targetOf(key.selector) }));
}

/** Another engine, or a person, may have been quicker. */
async function add(
  ctx: KeysContext,
  domainId: string,
  keys: readonly PreparedKey[],
): Promise<void> {
  await inTransaction(ctx.pool, async (tx) => {
    const life = await readLife(tx, domainId, { lock: true });
    const now = ctx.clock.now();
    if (!life || !isTime(life, now)) return;
    await addRotation(tx, { domainId, scheduled: life.mode === "cname", now, keys });
    await tellOfKeys(tx, domainId);
    await auditSystem(tx, {
      ...{ action: "dkim.prepared", subject: life.domain, domainId },
      changes: { selectors: [null, keys.map(({ selector }) => selector)] },
    });
  });
}
