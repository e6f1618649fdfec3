/**
 * Replacing a domain's signing keys: new ones are made and published, take over when the world has seen
 * them, and the old ones stay until nothing on its way needs them (lib/mail/dns/key-life.ts). Here it is
 * started, hurried and taken back; engines do the rest.
 */
import type { DkimAlgorithm } from "../mail/dkim-keys.ts";
import { freeSlot, slotSelector, targetName } from "../mail/dns/key-names.ts";
import { newId } from "../mail/ids.ts";
import type { KeySettingsForm, RotationRef, StartRotation } from "../schemas/keys.ts";
import type { Db } from "../storage/client.ts";
import * as keyStore from "../storage/dkim-keys.ts";
import type { DkimKey } from "../storage/dkim-keys.ts";
import * as store from "../storage/dkim-rotations.ts";
import type { DkimRotation } from "../storage/dkim-rotations.ts";
import { askForLookNow } from "../storage/dns-checks.ts";
import { findDomain, type Domain } from "../storage/domains.ts";
import { newSealedKeys, type SealedKey } from "../storage/seal-dkim-keys.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { lockForKeys } from "./dkim-access.ts";
import { can } from "./permissions.ts";
import { getHostName } from "./server-identity.ts";

export type StartOutcome =
  | { readonly outcome: "done"; readonly selectors: readonly string[] }
  /** One is under way; or, behind CNAMEs, the old pair still holds the place of the new one. */
  | { readonly outcome: "notFound" | "underWay" | "noPlace" | "cannotPublish" | "tooLong" };

/** Other records are expected now: the checks begin anew, and look often. */
export const ANEW = { everySeconds: 0, anew: true } as const;

type PlacedKey = SealedKey & { readonly target: string | null };

/** A prepared one is only hurried: its keys have been seen for long. */
export async function startRotation(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, bits }: StartRotation,
): Promise<StartOutcome> {
  const known = await findDomain(ctx.prisma, name);
  if (!known || !can(actor, "dkim.write", known.id)) return { outcome: "notFound" };
  const { mode } = await store.getKeySettings(ctx.prisma, known.id);
  const made = await newKeys(ctx, known, { mode, rsaBits: bits });
  return transact<StartOutcome>(ctx, async (tx) => {
    const domain = await lockForKeys(tx, actor, name);
    if (!domain) return { outcome: "notFound" };
    const open = await store.listOpenRotations(tx, domain.id);
    if (open.some(({ switchedAt, scheduled }) => switchedAt === null && !scheduled))
      return { outcome: "underWay" };
    const prepared = open.find(({ switchedAt }) => switchedAt === null);
    if (prepared) return hurry(tx, actor, { domain, rotation: prepared });
    if (typeof made === "string") return { outcome: made };
    return begin(tx, actor, { domain, keys: made });
  });
}

interface Wanted {
  readonly mode: store.KeySettings["mode"];
  readonly rsaBits: StartRotation["bits"];
}

/** Made outside of the transaction that keeps them: an RSA key takes a while. */
async function newKeys(
  ctx: ServiceContext,
  domain: Domain,
  { mode, rsaBits }: Wanted,
): Promise<PlacedKey[] | "noPlace" | "cannotPublish" | "tooLong"> {
  if (mode === "cname") return slotKeys(ctx, domain, rsaBits);
  const taken = await keyStore.usedSelectors(ctx.prisma, domain.id);
  const keys = await newSealedKeys(ctx.secrets, { taken, rsaBits });
  return keys.map((key) => ({ ...key, target: null }));
}

async function slotKeys(ctx: ServiceContext, domain: Domain, rsaBits: StartRotation["bits"]) {
  const slot = freeSlot(await keyStore.listDkimKeys(ctx.prisma, domain.id));
  if (slot === null) return "noPlace";
  const hostName = await getHostName(ctx);
  const selectorOf = (algorithm: DkimAlgorithm) => slotSelector(slot, algorithm);
  const target = targetName(selectorOf("rsa_sha256"), domain.name, hostName);
  if (target === null) return "tooLong";
  if (!(await store.hasAutomaticCredential(ctx.prisma, { domainId: null, name: target })))
    return "cannotPublish";
  const keys = await newSealedKeys(ctx.secrets, { rsaBits, selectorOf });
  return keys.map((key) => ({ ...key, target: targetName(key.selector, domain.name, hostName) }));
}

async function begin(
  tx: Db,
  actor: Actor,
  { domain, keys }: { domain: Domain; keys: readonly PlacedKey[] },
): Promise<StartOutcome> {
  const living = await keyStore.listDkimKeys(tx, domain.id);
  const isTaken = keys.some((key) => living.some(({ selector }) => selector === key.selector));
  if (isTaken) return { outcome: "underWay" };
  const id = newId();
  const startedBy = actor.name;
  await store.createRotation(tx, { id, domainId: domain.id, startedAt: new Date(), startedBy });
  const rows = keys.map((key) => ({
    ...{ ...key, domainId: domain.id, rotationId: id },
    mode: key.target === null ? ("txt" as const) : ("cname" as const),
  }));
  await keyStore.createDkimKeys(tx, rows);
  await askForLookNow(tx, domain.id, ANEW);
  const selectors = keys.map(({ selector }) => selector);
  await tell(tx, actor, { domain, action: "dkim.rotate", selectors });
  return { outcome: "done", selectors };
}

async function hurry(
  tx: Db,
  actor: Actor,
  { domain, rotation }: { domain: Domain; rotation: DkimRotation },
): Promise<StartOutcome> {
  const open = await store.listOpenRotations(tx, domain.id);
  // The one before still waits for its old keys' end: this one would be a second that is under way.
  if (open.some(({ scheduled }) => !scheduled)) return { outcome: "underWay" };
  await store.setRotation(tx, rotation.id, { scheduled: false });
  const keys = await keyStore.listDkimKeys(tx, domain.id);
  const selectors = keys.flatMap((key) => (key.rotationId === rotation.id ? [key.selector] : []));
  await tell(tx, actor, { domain, action: "dkim.rotate", selectors });
  return { outcome: "done", selectors };
}

export type CancelOutcome = "done" | "notFound" | "over" | "oldKeysGone";

/**
 * Before the new keys sign: they go, and nothing has happened. Afterwards: the old ones sign again, if
 * the world still sees them, and the new ones retire.
 */
export async function cancelRotation(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, rotationId }: RotationRef,
): Promise<CancelOutcome> {
  return transact<CancelOutcome>(ctx, async (tx) => {
    const domain = await lockForKeys(tx, actor, name);
    const rotation = domain && (await store.findRotation(tx, rotationId));
    if (rotation?.domainId !== domain?.id || !domain || !rotation) return "notFound";
    if (rotation.cancelledAt !== null || rotation.finishedAt !== null) return "over";
    const keys = await keyStore.listDkimKeys(tx, domain.id);
    if (rotation.switchedAt !== null && !(await takeBack(tx, rotation, keys))) return "oldKeysGone";
    const own = keys.filter((key) => key.rotationId === rotation.id);
    if (rotation.switchedAt === null) await keyStore.discard(tx, own, new Date());
    await store.setRotation(tx, rotation.id, { cancelledAt: new Date(), cancelledBy: actor.name });
    await askForLookNow(tx, domain.id, ANEW);
    const selectors = own.map(({ selector }) => selector);
    await tell(tx, actor, { domain, action: "dkim.rotate.cancel", selectors });
    return "done";
  });
}

async function takeBack(tx: Db, { id }: DkimRotation, keys: readonly DkimKey[]): Promise<boolean> {
  const old = keys.filter((key) => key.retiredById === id && key.revokedAt === null);
  const usable = old.filter(isStillSeen);
  if (usable.length === 0) return false;
  const now = new Date();
  const young = keys.filter((key) => key.rotationId === id && key.state === "signing");
  await keyStore.setDkimKeys(
    tx,
    usable.map((key) => key.id),
    {
      ...{ state: "signing", retiringSince: null, safeSince: null, retiredById: null },
    },
  );
  await keyStore.setDkimKeys(
    tx,
    young.map((key) => key.id),
    {
      ...{ state: "retiring", retiringSince: now },
    },
  );
  return true;
}

/** The last look showed it: a key that nobody sees must not sign again. */
function isStillSeen({ lookedAt, lastSeenAt }: DkimKey): boolean {
  return lookedAt !== null && lastSeenAt !== null && lastSeenAt >= lookedAt;
}

/** "doneOver": and new keys are to be published. */
export type SettingsOutcome =
  "done" | "doneOver" | "notFound" | "cannotPublish" | "tooLong" | "noPlace" | "underWay";

/**
 * How keys are published from now on, and how often they change. Going over to CNAMEs, or back, starts a
 * rotation: the keys of before go on until the new ones are seen. A schedule needs a server that publishes
 * by itself.
 */
export async function setKeySettings(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, mode, rotateDays }: KeySettingsForm,
): Promise<SettingsOutcome> {
  const known = await findDomain(ctx.prisma, name);
  if (!known || !can(actor, "dkim.write", known.id)) return "notFound";
  const isOther = (await store.getKeySettings(ctx.prisma, known.id)).mode !== mode;
  const made = isOther ? await newKeys(ctx, known, { mode, rsaBits: 2048 }) : [];
  if (typeof made === "string") return made;
  return transact<SettingsOutcome>(ctx, async (tx) => {
    const domain = await lockForKeys(tx, actor, name);
    if (!domain) return "notFound";
    if (rotateDays !== null && !(await publishesByItself(ctx, tx, { domain, mode })))
      return "cannotPublish";
    if (made.length > 0) {
      const outcome = await goOver(tx, actor, { domain, keys: made });
      if (outcome !== "done") return outcome;
    }
    const before = await store.getKeySettings(tx, domain.id);
    await store.setKeySettings(tx, domain.id, { mode, rotateDays });
    await audit(tx, actor, {
      ...{ action: "dkim.settings", subject: domain.name, domainId: domain.id },
      changes: { mode: [before.mode, mode], rotateDays: [before.rotateDays, rotateDays] },
    });
    return made.length > 0 ? "doneOver" : "done";
  });
}

async function publishesByItself(
  ctx: ServiceContext,
  tx: Db,
  { domain, mode }: { domain: Domain; mode: store.KeySettings["mode"] },
): Promise<boolean> {
  if (mode === "txt")
    return store.hasAutomaticCredential(tx, { domainId: domain.id, name: domain.name });
  const name = `_dkim.${await getHostName(ctx, tx)}`;
  return store.hasAutomaticCredential(tx, { domainId: null, name });
}

/** What never signed, and what was prepared for later, has no use any more. */
async function goOver(
  tx: Db,
  actor: Actor,
  { domain, keys }: { domain: Domain; keys: readonly PlacedKey[] },
): Promise<"done" | "underWay"> {
  const open = await store.listOpenRotations(tx, domain.id);
  if (open.some(({ scheduled }) => !scheduled)) return "underWay";
  const now = new Date();
  const unused = (await keyStore.listDkimKeys(tx, domain.id)).filter((key) => !key.signingSince);
  await keyStore.discard(tx, unused, now);
  await endEmptyRotations(tx, actor, domain.id);
  const { outcome } = await begin(tx, actor, { domain, keys });
  return outcome === "done" ? "done" : "underWay";
}

/** A rotation whose new keys were all revoked or deleted before they signed is over. */
export async function endEmptyRotations(tx: Db, actor: Actor, domainId: string): Promise<void> {
  const [open, keys] = await Promise.all([
    store.listOpenRotations(tx, domainId),
    keyStore.listDkimKeys(tx, domainId),
  ]);
  const usable = (id: string) =>
    keys.some((key) => key.rotationId === id && !key.revokedAt && key.state !== "safe_to_delete");
  for (const { id, switchedAt } of open) {
    if (switchedAt !== null || usable(id)) continue;
    await store.setRotation(tx, id, { cancelledAt: new Date(), cancelledBy: actor.name });
  }
}

async function tell(
  tx: Db,
  actor: Actor,
  { domain, action, selectors }: { domain: Domain; action: string; selectors: readonly string[] },
): Promise<void> {
  const changes = { selectors: [null, selectors] } as const;
  await audit(tx, actor, { action, subject: domain.name, domainId: domain.id, changes });
}
