/** The host's keys for the console and the command line, on Prisma. Engines move them on: host-key-life.ts. */
import type { HostKeyPair } from "../mail/host-key.ts";
import type { HostKeyState, LifeHostKey } from "../mail/dns/host-key-life.ts";
import { newId } from "../mail/ids.ts";
import type { Db } from "./client.ts";
import { TLSA_SEEN_KEY, type CertificateMaker } from "./host-key-life.ts";
import { memoryFrom, type SeenTlsa } from "./host-key-memory.ts";
import { sealedHostKeyFor } from "./host-keys.ts";
import type { SecretBox } from "./secret-box.ts";
import { getSetting } from "./settings.ts";

export interface HostKeyView extends LifeHostKey {
  readonly algorithm: string;
  readonly spki: Uint8Array;
  readonly publishTriedAt: Date | null;
  /** As reasons are kept: {key, params}. */
  readonly publishError: unknown;
}

const VIEW = {
  ...{ id: true, algorithm: true, spki: true, state: true, createdAt: true, visibleSince: true },
  ...{ seenTtl: true, lookedAt: true, lastSeenAt: true, readyAt: true, usedSince: true },
  ...{ retiredAt: true, releasedAt: true, publishTriedAt: true, publishError: true },
} as const;

const STATES: readonly HostKeyState[] = ["current", "next", "retired"];

/** The current one first. */
export async function listHostKeys(db: Db): Promise<HostKeyView[]> {
  const rows = await db.hostKey.findMany({ select: VIEW, orderBy: { createdAt: "asc" } });
  const keys = rows.map(({ state, ...row }) => ({ ...row, state: stateOf(state) }));
  return keys.toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
}

const stateOf = (word: string): HostKeyState => STATES.find((state) => state === word) ?? "retired";

/** Engines move the same keys on: nobody else changes them until the transaction ends. */
export async function lockHostKeys(tx: Db): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS locked FROM host_key ORDER BY id FOR UPDATE`;
}

export async function getTlsaSeen(db: Db): Promise<SeenTlsa | null> {
  return memoryFrom(await getSetting(db, TLSA_SEEN_KEY));
}

/** Who makes the certificate that the host shows. */
export async function getCertificateMaker(db: Db, hostName: string): Promise<CertificateMaker> {
  const valid = { names: { has: hostName }, notAfter: { gt: new Date() } };
  if ((await db.certificate.count({ where: { ...valid, source: "uploaded" } })) > 0)
    return "person";
  const [managed] = await db.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM managed_certificate m JOIN certificate c ON c.id = m.certificate_id
      WHERE m.names[1] = ${hostName} AND c.not_after > now()) AS found`;
  return managed?.found ? "authority" : "selfSigned";
}

/** A certificate of the host that was made with another key than the current one. */
export async function showsStrangeKey(db: Db, hostName: string): Promise<boolean> {
  const shown = { names: { has: hostName }, notAfter: { gt: new Date() } };
  const strange = { OR: [{ hostKeyId: null }, { hostKey: { state: { not: "current" } } }] };
  const where = { ...shown, ...strange, source: { not: "self-signed" } };
  return (await db.certificate.count({ where })) > 0;
}

export async function createHostKey(
  tx: Db,
  secrets: SecretBox,
  { pair, state }: { pair: HostKeyPair; state: HostKeyState },
): Promise<string> {
  const id = newId();
  const sealed = secrets.seal(pair.privateKey, sealedHostKeyFor(id));
  await tx.hostKey.create({
    data: {
      ...{ id, state, algorithm: pair.algorithm, spki: new Uint8Array(pair.spki) },
      privateKey: new Uint8Array(sealed),
      usedSince: state === "current" ? new Date() : null,
    },
    select: { id: true },
  });
  return id;
}

export type HostKeyChange = Partial<
  Pick<LifeHostKey, "state" | "readyAt" | "usedSince" | "retiredAt" | "releasedAt">
>;

export async function setHostKey(tx: Db, id: string, change: HostKeyChange): Promise<void> {
  await tx.hostKey.update({ where: { id }, data: change, select: { id: true } });
}

/** The authority is asked for the host's next certificate now. */
export async function hurryHostCertificate(tx: Db, hostName: string): Promise<void> {
  await tx.$executeRaw`UPDATE managed_certificate SET next_at = now()
    WHERE names[1] = ${hostName}`;
}

/**
 * For a certificate that is stored in the same transaction: this key is the current one from now on, the
 * one before is retired and its certificates go (as promoteWith of host-keys.ts, for engines).
 */
export async function takeOver(tx: Db, id: string, now: Date): Promise<void> {
  const old = await tx.hostKey.findFirst({ where: { state: "current" }, select: { id: true } });
  if (old?.id === id) return;
  if (old) {
    await setHostKey(tx, old.id, { state: "retired", retiredAt: now });
    await tx.certificate.deleteMany({ where: { hostKeyId: old.id } });
  }
  await setHostKey(tx, id, { state: "current", usedSince: now, readyAt: null });
}

/** The private half, PKCS #8; null when it was sealed with another secret. */
export async function openHostKey(db: Db, secrets: SecretBox, id: string): Promise<Buffer | null> {
  const row = await db.hostKey.findUnique({ where: { id }, select: { privateKey: true } });
  if (!row || !secrets.canOpen(row.privateKey, sealedHostKeyFor(id))) return null;
  return secrets.open(row.privateKey, sealedHostKeyFor(id));
}
