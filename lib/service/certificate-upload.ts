/**
 * Certificates that people bring (a chain and its key as PEM), and taking them away again. For the host's
 * own name the key becomes the host's key: from then on TLSA names it (lib/mail/dns/host-key-life.ts).
 * While TLSA of another key is published, senders that verify it would put mail off, so that has to be
 * wanted; a key that was prepared as the next one is the way without a gap.
 */
import {
  coversName,
  publicKeysIn,
  readChain,
  type Chain,
  type ChainProblem,
  type ChainWarning,
  type Said,
} from "../mail/certificate-chain.ts";
import { hostKeyFrom, privatePemOf } from "../mail/host-key.ts";
import { isForgotten } from "../mail/dns/host-key-life.ts";
import { isWithin } from "../mail/dns/record-sets.ts";
import type { CertificateRef, UploadCertificate } from "../schemas/forms.ts";
import * as store from "../storage/certificate-list.ts";
import type { CertificateView } from "../storage/certificate-list.ts";
import type { Db } from "../storage/client.ts";
import * as hostKeys from "../storage/host-key-list.ts";
import { listDomainNames } from "../storage/domains.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { askForHostKeys, readHostKeys, type HostKeys } from "./host-keys.ts";
import { can } from "./permissions.ts";
import { getHostName } from "./server-identity.ts";

export type UploadProblem = ChainProblem | "notOurs" | "tlsa" | "nextTooEarly" | "nextNotSeen";

/** Refused because of what verifying senders would do; `acceptNewKey` overrules. */
export const OVERRULED: readonly UploadProblem[] = ["tlsa", "nextTooEarly", "nextNotSeen"];

export type UploadOutcome =
  | { readonly outcome: "notAllowed" }
  /** Sentence: `upload.problem.<key>`. `OVERRULED`: a tick does it all the same. */
  | { readonly outcome: "refused"; readonly problem: Said<UploadProblem> }
  | {
      readonly outcome: "done";
      readonly certificateId: string;
      readonly names: readonly string[];
      readonly notAfter: Date;
      /** Sentences: `upload.warning.<key>`. */
      readonly warnings: readonly Said<ChainWarning>[];
      /** What became of the host's key; "none": it is no certificate of the host's name. */
      readonly hostKey: "none" | "kept" | "switched" | "replaced";
    };

class Refused extends Error {
  readonly problem: Said<UploadProblem>;
  constructor(problem: Said<UploadProblem>) {
    super(problem.key);
    this.problem = problem;
  }
}

export async function uploadCertificate(
  ctx: ServiceContext,
  actor: Actor,
  { chain: pem, privateKey: key, acceptNewKey }: UploadCertificate,
): Promise<UploadOutcome> {
  if (!can(actor, "server.write", null)) return { outcome: "notAllowed" };
  const known = await knownKeys(ctx, pem);
  const knownKey = (spki: Buffer) => known.get(spki.toString("hex")) ?? null;
  const result = readChain({ pem, key, knownKey, now: new Date() });
  if ("problem" in result) return { outcome: "refused", problem: result.problem };
  try {
    return await transact(ctx, (tx) => keep(ctx, tx, { actor, chain: result.chain, acceptNewKey }));
  } catch (error) {
    if (error instanceof Refused) return { outcome: "refused", problem: error.problem };
    throw error;
  }
}

/** PEM by SPKI: the host's keys, then those of certificates that are kept here. */
async function knownKeys(ctx: ServiceContext, pem: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const keys = await hostKeys.listHostKeys(ctx.prisma);
  for (const spki of publicKeysIn(pem)) {
    const own = keys.find((key) => spki.equals(key.spki) && key.state !== "retired");
    const opened = own && (await hostKeys.openHostKey(ctx.prisma, ctx.secrets, own.id));
    const text = opened
      ? privatePemOf(opened)
      : await store.openCertificateKey(ctx.prisma, ctx.secrets, spki);
    if (text !== null) found.set(spki.toString("hex"), text);
  }
  return found;
}

interface Task {
  readonly actor: Actor;
  readonly chain: Chain;
  readonly acceptNewKey: boolean;
}

async function keep(ctx: ServiceContext, tx: Db, task: Task): Promise<UploadOutcome> {
  const { actor, chain } = task;
  const { warnings, notBefore, notAfter } = chain;
  const hostName = await getHostName(ctx, tx);
  await refuseForeign(tx, hostName, chain);
  const isHosts = coversName(chain.names, hostName);
  const { hostKeyId, hostKey } = isHosts
    ? await settleKey(ctx, tx, task)
    : ({ hostKeyId: null, hostKey: "none" } as const);
  // Clients without SNI get the certificate that has the host's name: a wildcard has it, too.
  const names = [...new Set([...(isHosts ? [hostName] : []), ...chain.names])];
  const replaced = (await store.listCertificates(tx)).filter(
    (row) => row.source === "uploaded" && row.names.every((name) => names.includes(name)),
  );
  await store.deleteCertificates(
    tx,
    replaced.map(({ id }) => id),
  );
  const row = { names, certPem: chain.chainPem, keyPem: chain.keyPem, notBefore, notAfter };
  const certificateId = await store.createUploaded(tx, ctx.secrets, { ...row, hostKeyId });
  await store.tellOfCertificates(tx);
  await audit(tx, actor, {
    action: "certificate.upload",
    subject: names[0] ?? "",
    changes: {
      names: [replaced[0]?.names ?? null, names],
      notAfter: [replaced[0]?.notAfter ?? null, notAfter],
      hostKey: [null, hostKey],
    },
  });
  if (isHosts) await askForHostKeys(ctx, tx, actor);
  return { outcome: "done", certificateId, names, notAfter, warnings, hostKey };
}

/** A certificate that nobody will ever ask for is a mistake. */
async function refuseForeign(tx: Db, hostName: string, { names }: Chain): Promise<void> {
  const ours = [hostName, ...(await listDomainNames(tx))];
  const isOurs = (name: string) =>
    coversName([name], hostName) || ours.some((one) => isWithin(name.replace(/^\*\./, ""), one));
  if (!names.some(isOurs))
    throw new Refused({ key: "notOurs", params: { names: names.join(", "), host: hostName } });
}

/** Whose key the host's certificate has from now on. */
async function settleKey(
  ctx: ServiceContext,
  tx: Db,
  { chain, acceptNewKey }: Task,
): Promise<{ hostKeyId: string; hostKey: "kept" | "switched" | "replaced" }> {
  await hostKeys.lockHostKeys(tx);
  const { keys, word, memory } = await readHostKeys(ctx, tx);
  const now = new Date();
  const known = keys.find((key) => chain.spki.equals(key.spki));
  if (known?.state === "current") return { hostKeyId: known.id, hostKey: "kept" };
  if (known?.state === "next") {
    if (!word?.may && !acceptNewKey) throw new Refused(early(word));
    await hostKeys.takeOver(tx, known.id, now);
    return { hostKeyId: known.id, hostKey: "switched" };
  }
  if (memory !== null && !isForgotten(memory, now) && !acceptNewKey)
    throw new Refused({ key: "tlsa", params: {} });
  const id = known?.id ?? (await adopt(ctx, tx, chain));
  if (known) await hostKeys.setHostKey(tx, id, { retiredAt: null, releasedAt: null });
  await hostKeys.takeOver(tx, id, now);
  return { hostKeyId: id, hostKey: "replaced" };
}

function early(word: HostKeys["word"]): Said<UploadProblem> {
  const isEarly = word !== null && !word.may && word.why === "tooEarly";
  return isEarly
    ? { key: "nextTooEarly", params: { time: word.at.toISOString() } }
    : { key: "nextNotSeen", params: {} };
}

async function adopt(ctx: ServiceContext, tx: Db, { keyPem }: Chain): Promise<string> {
  const pair = hostKeyFrom(keyPem);
  if (!pair) throw new Refused({ key: "keyKind", params: {} });
  return hostKeys.createHostKey(tx, ctx.secrets, { pair, state: "retired" });
}

export async function listUploaded(
  ctx: ServiceContext,
  actor: Actor,
): Promise<CertificateView[] | null> {
  if (!can(actor, "server.read", null)) return null;
  return (await store.listCertificates(ctx.prisma)).filter(({ source }) => source === "uploaded");
}

/** The next best certificate is shown; the host's key stays as it is, so TLSA stays true. */
export async function removeCertificate(
  ctx: ServiceContext,
  actor: Actor,
  { certificateId }: CertificateRef,
): Promise<"done" | "notAllowed" | "notFound"> {
  if (!can(actor, "server.write", null)) return "notAllowed";
  return transact(ctx, async (tx) => {
    const row = await store.findCertificate(tx, certificateId);
    if (row?.source !== "uploaded") return "notFound";
    await store.deleteCertificates(tx, [row.id]);
    await store.tellOfCertificates(tx);
    await audit(tx, actor, {
      action: "certificate.remove",
      subject: row.names[0] ?? "",
      changes: { names: [row.names, null], notAfter: [row.notAfter, null] },
    });
    return "done";
  });
}
