/** The account at an authority and the names that have certificates from it, for the console, on Prisma. */
import { generateKeyPairSync } from "node:crypto";
import {
  accountKeyContext,
  externalKeyContext,
  isAcmeMethod,
  type AcmeMethod,
} from "../mail/acme/authorities.ts";
import { newId } from "../mail/ids.ts";
import { ACME_CHANNEL } from "./acme-channels.ts";
import type { Db } from "./client.ts";
import type { ManagedState } from "./managed-certificates.ts";
import type { SecretBox } from "./secret-box.ts";

export interface StoredReason {
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
}

export interface AcmeAccountView {
  readonly id: string;
  readonly directoryUrl: string;
  readonly contact: string;
  readonly accountUrl: string | null;
  readonly eabKid: string | null;
  readonly rootsPem: string;
  /** That were agreed to when `termsAgreedAt` is there; else those that wait for somebody. */
  readonly termsUrl: string | null;
  readonly termsAgreedAt: Date | null;
  readonly termsAgreedBy: string | null;
  readonly caaIdentities: readonly string[];
  readonly methods: readonly AcmeMethod[];
  readonly registeredAt: Date | null;
  readonly lastError: StoredReason | null;
}

const ACCOUNT = {
  ...{
    id: true,
    directoryUrl: true,
    contact: true,
    accountUrl: true,
    eabKid: true,
    rootsPem: true,
  },
  ...{
    termsUrl: true,
    termsAgreedAt: true,
    termsAgreedBy: true,
    caaIdentities: true,
    methods: true,
  },
  ...{ registeredAt: true, lastError: true },
} as const;

/** The one in use. */
export async function findAcmeAccount(db: Db): Promise<AcmeAccountView | null> {
  const row = await db.acmeAccount.findFirst({ where: { active: true }, select: ACCOUNT });
  if (!row) return null;
  const { lastError, methods, ...rest } = row;
  return { ...rest, methods: methods.filter(isAcmeMethod), lastError: reasonFrom(lastError) };
}

function reasonFrom(value: unknown): StoredReason | null {
  if (typeof value !== "object" || value === null) return null;
  const { key, params } = value as { key?: unknown; params?: unknown }; // checked below
  if (typeof key !== "string" || typeof params !== "object" || params === null) return null;
  const entries = Object.entries(params).filter((entry): entry is [string, string | number] =>
    ["string", "number"].includes(typeof entry[1]),
  );
  return { key, params: Object.fromEntries(entries) };
}

export interface AccountInput {
  readonly directoryUrl: string;
  readonly contact: string;
  readonly eabKid: string;
  /** "": the one that is kept. */
  readonly eabKey: string;
  readonly methods: readonly AcmeMethod[];
  readonly rootsPem: string;
}

/** Puts the account at that directory in use; one that was there before keeps its key and its URL. */
export async function activateAcmeAccount(
  tx: Db,
  secrets: SecretBox,
  { directoryUrl, contact, eabKid, eabKey, methods, rootsPem }: AccountInput,
): Promise<void> {
  await deactivateAcmeAccounts(tx);
  const before = await tx.acmeAccount.findUnique({
    where: { directoryUrl },
    select: { id: true, eabKid: true, eabKey: true },
  });
  const id = before?.id ?? newId();
  const kept = before?.eabKid === eabKid ? before.eabKey : null;
  const sealed =
    eabKey === ""
      ? kept
      : new Uint8Array(secrets.seal(Buffer.from(eabKey), externalKeyContext(id)));
  const external =
    eabKid === "" || sealed === null ? { eabKid: null, eabKey: null } : { eabKid, eabKey: sealed };
  const settings = { contact, rootsPem, methods: [...methods], active: true, ...external };
  if (before) {
    await tx.acmeAccount.update({ where: { id }, data: settings, select: { id: true } });
    return;
  }
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const der = privateKey.export({ type: "pkcs8", format: "der" });
  const sealedKey = new Uint8Array(secrets.seal(der, accountKeyContext(id)));
  await tx.acmeAccount.create({
    data: { id, directoryUrl, privateKey: sealedKey, caaIdentities: [], ...settings },
    select: { id: true },
  });
}

export async function deactivateAcmeAccounts(tx: Db): Promise<void> {
  await tx.acmeAccount.updateMany({ where: { active: true }, data: { active: false } });
}

export async function agreeToTermsOf(
  tx: Db,
  id: string,
  { by, at }: { by: string; at: Date },
): Promise<void> {
  const data = { termsAgreedAt: at, termsAgreedBy: by };
  await tx.acmeAccount.update({ where: { id }, data, select: { id: true } });
}

export interface ManagedView {
  readonly id: string;
  readonly domainId: string | null;
  readonly name: string;
  readonly certificateId: string | null;
  readonly state: ManagedState;
  readonly nextAt: Date;
  readonly renewFrom: Date | null;
  readonly renewUntil: Date | null;
  /** "ari", "lifetime", or "asked": somebody wants it anew. */
  readonly renewSource: string | null;
  readonly renewReasonUrl: string | null;
  readonly failures: number;
  readonly lastAttemptAt: Date | null;
  readonly lastSuccessAt: Date | null;
  readonly lastError: StoredReason | null;
  readonly log: readonly { readonly at: Date; readonly text: string }[];
  readonly method: string | null;
}

const MANAGED = {
  ...{ id: true, domainId: true, names: true, certificateId: true, state: true, nextAt: true },
  ...{ renewFrom: true, renewUntil: true, renewSource: true, renewReasonUrl: true, failures: true },
  ...{ lastAttemptAt: true, lastSuccessAt: true, lastError: true, log: true, method: true },
} as const;

const STATES: readonly ManagedState[] = ["waiting", "issuing", "issued", "failed"];

type Row = Awaited<ReturnType<typeof rowsOf>>[number];

const rowsOf = (db: Db, where: object) =>
  db.managedCertificate.findMany({ where, select: MANAGED, orderBy: { createdAt: "asc" } });

function viewOf({ names, state, lastError, log, ...row }: Row): ManagedView {
  return {
    ...row,
    name: names[0] ?? "",
    state: STATES.find((known) => known === state) ?? "waiting",
    lastError: reasonFrom(lastError),
    log: linesFrom(log),
  };
}

function linesFrom(value: unknown): { at: Date; text: string }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (typeof item !== "object" || item === null) return [];
    const { at, text } = item as { at?: unknown; text?: unknown }; // checked here
    const time = new Date(typeof at === "string" ? at : NaN);
    return typeof text === "string" && !Number.isNaN(time.getTime()) ? [{ at: time, text }] : [];
  });
}

/** The server's own first. */
export async function listManaged(db: Db, domainId?: string): Promise<ManagedView[]> {
  const views = (await rowsOf(db, domainId === undefined ? {} : { domainId })).map(viewOf);
  return views.toSorted((a, b) => Number(a.domainId !== null) - Number(b.domainId !== null));
}

export async function findManaged(
  db: Db,
  by: { readonly id: string } | { readonly name: string },
): Promise<ManagedView | null> {
  const where = "id" in by ? { id: by.id } : { names: { has: by.name } };
  return (await rowsOf(db, where)).map(viewOf)[0] ?? null;
}

/** It is asked for anew, whatever its renewal window. */
export async function askForManaged(tx: Db, id: string): Promise<void> {
  const data = { nextAt: new Date(), renewSource: "asked" };
  await tx.managedCertificate.update({ where: { id }, data, select: { id: true } });
}

/** Engines look at once; heard when the transaction commits. */
export async function wakeAcme(tx: Db): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${ACME_CHANNEL}, '-')`;
}
