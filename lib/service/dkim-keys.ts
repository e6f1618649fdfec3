/**
 * Signing keys of a domain: what there is, adding, taking over, revoking, deleting. Replacing them is
 * dkim-rotation.ts. The private half is taken in, sealed and never given out again.
 */
import { readDkimKey, type DkimAlgorithm, type KeyProblem } from "../mail/dkim-keys.ts";
import { selectorName } from "../mail/dns/key-names.ts";
import type { AddKeys, ConfirmedKey, ImportKey } from "../schemas/keys.ts";
import type { Db } from "../storage/client.ts";
import * as store from "../storage/dkim-keys.ts";
import type { DkimKey } from "../storage/dkim-keys.ts";
import {
  findLastRotation,
  getKeySettings,
  hasAutomaticCredential,
  listKeyChecks,
  listOpenRotations,
  type DkimRotation,
  type KeyCheck,
  type KeySettings,
} from "../storage/dkim-rotations.ts";
import { askForLookNow } from "../storage/dns-checks.ts";
import { findDomain, type Domain } from "../storage/domains.ts";
import { newSealedKeys, sealKey } from "../storage/seal-dkim-keys.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { lockForKeys } from "./dkim-access.ts";
import { ANEW, endEmptyRotations } from "./dkim-rotation.ts";
import { can } from "./permissions.ts";
import { getHostName } from "./server-identity.ts";

export interface SigningKeys {
  readonly domain: Domain;
  readonly hostName: string;
  readonly keys: readonly DkimKey[];
  /** Under way, or prepared. */
  readonly rotations: readonly DkimRotation[];
  readonly lastRotation: DkimRotation | null;
  readonly checks: readonly KeyCheck[];
  readonly settings: KeySettings;
  /** Of keys that are gone. */
  readonly former: readonly string[];
  /** The server may change the domain's zone, or its own, by itself. */
  readonly automatic: { readonly domain: boolean; readonly server: boolean };
  readonly mayWrite: boolean;
}

export async function getSigningKeys(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
): Promise<SigningKeys | null> {
  const domain = await findDomain(ctx.prisma, name);
  if (!domain || !can(actor, "dkim.read", domain.id)) return null;
  const { id } = domain;
  const hostName = await getHostName(ctx);
  const [keys, former, rotations, lastRotation, checks, settings] = await Promise.all([
    store.listDkimKeys(ctx.prisma, id),
    store.formerSelectors(ctx.prisma, id),
    listOpenRotations(ctx.prisma, id),
    findLastRotation(ctx.prisma, id),
    listKeyChecks(ctx.prisma, id),
    getKeySettings(ctx.prisma, id),
  ]);
  const automatic = {
    domain: await hasAutomaticCredential(ctx.prisma, { domainId: id, name }),
    server: await hasAutomaticCredential(ctx.prisma, { domainId: null, name: `_dkim.${hostName}` }),
  };
  const mayWrite = can(actor, "dkim.write", id);
  const read = { domain, hostName, keys, former, rotations, lastRotation, checks, settings };
  return { ...read, automatic, mayWrite };
}

/** More signatures than this and receivers stop looking (engine/smtp/limits.ts does so too). */
const MAX_KEYS = 12;

export type AddOutcome =
  | { readonly outcome: "done"; readonly selectors: readonly string[] }
  | { readonly outcome: "notFound" | "tooMany" };

const ALGORITHMS: Record<AddKeys["kind"], readonly DkimAlgorithm[]> = {
  pair: ["rsa_sha256", "ed25519_sha256"],
  rsa: ["rsa_sha256"],
  ed25519: ["ed25519_sha256"],
};

/** New keys that sign beside those that are there, as soon as DNS shows them. */
export async function addKeys(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, kind, bits }: AddKeys,
): Promise<AddOutcome> {
  const known = await findDomain(ctx.prisma, name);
  if (!known || !can(actor, "dkim.write", known.id)) return { outcome: "notFound" };
  // Outside of the transaction: an RSA key takes a while.
  const taken = await store.usedSelectors(ctx.prisma, known.id);
  const keys = await newSealedKeys(ctx.secrets, {
    ...{ taken, algorithms: ALGORITHMS[kind], rsaBits: bits },
  });
  return transact<AddOutcome>(ctx, async (tx) => {
    const domain = await lockForKeys(tx, actor, name);
    if (!domain) return { outcome: "notFound" };
    if (await isFull(tx, domain.id, keys.length)) return { outcome: "tooMany" };
    await store.createDkimKeys(
      tx,
      keys.map((key) => ({ ...key, domainId: domain.id })),
    );
    await askForLookNow(tx, domain.id, ANEW);
    const selectors = keys.map(({ selector }) => selector);
    await tell(tx, actor, {
      domain,
      action: "dkim.add",
      changes: { selectors: [null, selectors] },
    });
    return { outcome: "done", selectors };
  });
}

export type ImportOutcome =
  | { readonly outcome: "done"; readonly selector: string }
  /** The selector is taken, or the same key is here under another one. */
  | { readonly outcome: "notFound" | "tooMany" | "selectorTaken" | "keyTaken" }
  | { readonly outcome: "badKey"; readonly problem: KeyProblem };

export async function importKey(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, selector, privateKey: pem }: ImportKey,
): Promise<ImportOutcome> {
  return transact<ImportOutcome>(ctx, async (tx) => {
    const domain = await lockForKeys(tx, actor, name);
    if (!domain) return { outcome: "notFound" };
    const key = readDkimKey(pem);
    if (typeof key === "string") return { outcome: "badKey", problem: key };
    const keys = await store.listDkimKeys(tx, domain.id);
    if (keys.length >= MAX_KEYS) return { outcome: "tooMany" };
    if (keys.some((other) => other.publicKey === key.publicKey)) return { outcome: "keyTaken" };
    const used = await store.usedSelectors(tx, domain.id);
    if (used.includes(selector)) return { outcome: "selectorTaken" };
    const sealed = sealKey(ctx.secrets, { ...key, selector });
    await store.createDkimKeys(tx, [{ ...sealed, domainId: domain.id, source: "imported" }]);
    await askForLookNow(tx, domain.id, ANEW);
    const changes = { selector: [null, selector], algorithm: [null, key.algorithm] } as const;
    await tell(tx, actor, { domain, action: "dkim.import", changes });
    return { outcome: "done", selector };
  });
}

export type RevokeOutcome = "done" | "notFound" | "already" | "confirmDomain";

/**
 * For a key that others may have: it signs no more, and its record is to say `p=` (RFC 6376 §3.6.1), so
 * that signatures made with it fail. If nothing else signs, the domain's name has to be typed.
 */
export async function revokeKey(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, keyId, confirm }: ConfirmedKey,
): Promise<RevokeOutcome> {
  return transact<RevokeOutcome>(ctx, async (tx) => {
    const found = await lockKey(tx, actor, { name, keyId });
    if (!found) return "notFound";
    const { domain, key } = found;
    if (key.revokedAt !== null) return "already";
    if ((await isOnlySigner(tx, key)) && !isTyped(confirm, domain.name)) return "confirmDomain";
    const now = new Date();
    const retiringSince = key.retiringSince ?? now;
    await store.setDkimKeys(tx, [key.id], {
      ...{ state: "retiring", revokedAt: now, retiringSince, safeSince: null },
      publishTriedAt: null, // what the server publishes by itself, it publishes at once
    });
    await endEmptyRotations(tx, actor, domain.id);
    await askForLookNow(tx, domain.id, ANEW);
    await tellOfKey(tx, actor, { domain, key, action: "dkim.revoke", to: "revoked" });
    return "done";
  });
}

/** "leaving": when the server has taken its record away. */
export type DeleteOutcome = "done" | "leaving" | "notFound" | "confirmSelector" | "confirmDomain";

/**
 * At once when it is safe, or never signed. Else the selector has to be typed: mail on its way could not be
 * verified any more; for the only key that signs, the domain's name.
 */
export async function deleteKey(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, keyId, confirm }: ConfirmedKey,
): Promise<DeleteOutcome> {
  return transact<DeleteOutcome>(ctx, async (tx) => {
    const found = await lockKey(tx, actor, { name, keyId });
    if (!found) return "notFound";
    const { domain, key } = found;
    if (await isOnlySigner(tx, key)) {
      if (!isTyped(confirm, domain.name)) return "confirmDomain";
    } else if (!isSafe(key) && !isTyped(confirm, key.selector)) return "confirmSelector";
    // Behind a CNAME the record is the server's own: it is taken away first.
    if (key.target === null) await store.markDeleted(tx, [key.id], new Date());
    else await store.discard(tx, [key], new Date());
    await endEmptyRotations(tx, actor, domain.id);
    await askForLookNow(tx, domain.id, ANEW);
    await tellOfKey(tx, actor, { domain, key, action: "dkim.delete", to: "deleted" });
    return key.target === null ? "done" : "leaving";
  });
}

/** Nothing on its way carries its signatures. */
export function isSafe({ state, signingSince }: Pick<DkimKey, "state" | "signingSince">): boolean {
  return state === "safe_to_delete" || signingSince === null;
}

async function isOnlySigner(tx: Db, key: DkimKey): Promise<boolean> {
  if (key.state !== "signing") return false;
  const keys = await store.listDkimKeys(tx, key.domainId);
  return !keys.some((other) => other.id !== key.id && other.state === "signing");
}

const isTyped = (text: string, wanted: string) => text.trim().toLowerCase() === wanted;

async function isFull(tx: Db, domainId: string, more: number): Promise<boolean> {
  return (await store.listDkimKeys(tx, domainId)).length + more > MAX_KEYS;
}

async function lockKey(
  tx: Db,
  actor: Actor,
  { name, keyId }: { name: string; keyId: string },
): Promise<{ domain: Domain; key: DkimKey } | null> {
  const domain = await lockForKeys(tx, actor, name);
  const key = domain && (await store.findDkimKey(tx, keyId));
  return key && key.domainId === domain.id ? { domain, key } : null;
}

interface Told {
  readonly domain: Domain;
  readonly action: string;
  readonly changes: Record<string, readonly [before: unknown, after: unknown]>;
}

async function tell(tx: Db, actor: Actor, { domain, action, changes }: Told): Promise<void> {
  await audit(tx, actor, { action, subject: domain.name, domainId: domain.id, changes });
}

interface ToldOfKey {
  readonly domain: Domain;
  readonly key: DkimKey;
  readonly action: string;
  readonly to: string;
}

async function tellOfKey(tx: Db, actor: Actor, { domain, key, action, to }: ToldOfKey) {
  const subject = selectorName(key.selector, domain.name);
  const changes = { state: [key.state, to] } as const;
  await audit(tx, actor, { action, subject, domainId: domain.id, changes });
}
