/**
 * Certificates: which names have one, from whom, until when, and what the server does about it by itself
 * (ACME). The account at an authority is for operators; who looks after a domain sees what concerns it.
 * Bringing one's own is certificate-upload.ts; the work is the engine's (engine/acme).
 */
import { X509Certificate } from "node:crypto";
import { acmeRegister } from "../jobs/definitions/acme-register.ts";
import { enqueue } from "../jobs/job.ts";
import { algorithmOf } from "../mail/host-key.ts";
import { PROFILE_KEYS } from "../mail/server-profile.ts";
import type {
  AgreeToTerms,
  ManagedCertificateRef,
  SetUpAuthority,
} from "../schemas/certificates.ts";
import * as acme from "../storage/acme-list.ts";
import type { AcmeAccountView, ManagedView } from "../storage/acme-list.ts";
import {
  findSoonestExpiry,
  listCertificates,
  type CertificateView,
  type Expiry,
} from "../storage/certificate-list.ts";
import { findDomain, type Domain } from "../storage/domains.ts";
import { takeSetting } from "../storage/settings.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { askedBy } from "./job-origin.ts";
import { can } from "./permissions.ts";
import { getHostName } from "./server-identity.ts";

export type { AcmeAccountView, Expiry, ManagedView };

export interface CertificateFacts {
  readonly id: string;
  readonly names: readonly string[];
  /** "self-signed", "uploaded", "acme". */
  readonly source: string;
  /** Organisation and common name of who signed it, on one line. */
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SHA-256 of the certificate, hexadecimal with colons. */
  readonly fingerprint: string;
  /** "ecdsa-p256", "rsa-2048"; null for other kinds. */
  readonly keyAlgorithm: string | null;
  /** It is made with the host's key, which TLSA names. */
  readonly hostKeyId: string | null;
}

export interface ManagedCertificate extends ManagedView {
  /** What it was issued as. */
  readonly certificate: CertificateFacts | null;
}

export interface Certificates {
  readonly hostName: string;
  /** Null: no authority is asked. */
  readonly account: AcmeAccountView | null;
  readonly managed: readonly ManagedCertificate[];
  /** All that are kept, the newest first. */
  readonly certificates: readonly CertificateFacts[];
}

/** Null for who may not see the server. */
export async function getCertificates(
  ctx: ServiceContext,
  actor: Actor,
): Promise<Certificates | null> {
  if (!can(actor, "server.read", null)) return null;
  const [hostName, account, managed, kept] = await Promise.all([
    getHostName(ctx),
    acme.findAcmeAccount(ctx.prisma),
    acme.listManaged(ctx.prisma),
    listCertificates(ctx.prisma),
  ]);
  const certificates = kept.map(factsOf);
  return { hostName, account, managed: joined(managed, certificates), certificates };
}

/** Which certificate ends first, of those that others signed; null: there is none, or who asks may not know. */
export async function getSoonestExpiry(ctx: ServiceContext, actor: Actor): Promise<Expiry | null> {
  if (!can(actor, "server.read", null)) return null;
  return findSoonestExpiry(ctx.prisma, new Date());
}

export interface DomainCertificates {
  readonly domain: Domain;
  readonly managed: readonly ManagedCertificate[];
}

/** Null when there is no such domain, or this actor may not see it. */
export async function getDomainCertificates(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
): Promise<DomainCertificates | null> {
  const domain = await findDomain(ctx.prisma, name);
  if (!domain || !can(actor, "domain.read", domain.id)) return null;
  const managed = await acme.listManaged(ctx.prisma, domain.id);
  const certificates = (await listCertificates(ctx.prisma)).map(factsOf);
  return { domain, managed: joined(managed, certificates) };
}

const joined = (managed: readonly ManagedView[], all: readonly CertificateFacts[]) =>
  managed.map((row) => ({
    ...row,
    certificate: all.find(({ id }) => id === row.certificateId) ?? null,
  }));

function factsOf({ chainPem, createdAt: _, ...row }: CertificateView): CertificateFacts {
  const leaf = new X509Certificate(chainPem);
  const keyAlgorithm = algorithmOf(leaf.publicKey);
  return { ...row, issuer: issuerOf(leaf), fingerprint: leaf.fingerprint256, keyAlgorithm };
}

/** "Let's Encrypt, R11". */
function issuerOf({ issuer }: X509Certificate): string {
  const part = (name: string) =>
    issuer
      .split("\n")
      .find((line) => line.startsWith(`${name}=`))
      ?.slice(name.length + 1) ?? "";
  return [part("O"), part("CN")].filter((text) => text !== "").join(", ");
}

export type SetUpOutcome =
  { readonly outcome: "done"; readonly jobId: string } | { readonly outcome: "notAllowed" };

/** Puts an authority in use: the engine reads its directory and, when terms are agreed to, registers. */
export async function setUpAuthority(
  ctx: ServiceContext,
  actor: Actor,
  input: SetUpAuthority,
): Promise<SetUpOutcome> {
  if (!can(actor, "server.write", null)) return { outcome: "notAllowed" };
  return transact<SetUpOutcome>(ctx, async (tx) => {
    const before = await acme.findAcmeAccount(tx);
    await acme.activateAcmeAccount(tx, ctx.secrets, input);
    const { directoryUrl, contact, methods, eabKid } = input;
    await audit(tx, actor, {
      action: "acme.setUp",
      subject: directoryUrl,
      changes: {
        directory: [before?.directoryUrl ?? null, directoryUrl],
        contact: [before?.contact ?? null, contact],
        methods: [before?.methods ?? null, methods],
        externalAccount: [before?.eabKid ?? null, eabKid === "" ? null : eabKid],
      },
    });
    const jobId = await enqueue(tx, acmeRegister, {}, askedBy(actor, { subject: directoryUrl }));
    return { outcome: "done", jobId };
  });
}

export type AgreeOutcome =
  | { readonly outcome: "done"; readonly jobId: string }
  /** "otherTerms": the authority has others by now; they have to be read. */
  | { readonly outcome: "notAllowed" | "none" | "otherTerms" };

export async function agreeToTerms(
  ctx: ServiceContext,
  actor: Actor,
  { termsUrl }: AgreeToTerms,
): Promise<AgreeOutcome> {
  if (!can(actor, "server.write", null)) return { outcome: "notAllowed" };
  return transact<AgreeOutcome>(ctx, async (tx) => {
    const account = await acme.findAcmeAccount(tx);
    if (!account || account.termsUrl === null) return { outcome: "none" };
    if (account.termsUrl !== termsUrl) return { outcome: "otherTerms" };
    await acme.agreeToTermsOf(tx, account.id, { by: actor.name, at: new Date() });
    const { directoryUrl: subject } = account;
    await audit(tx, actor, { action: "acme.agree", subject, changes: { terms: [null, termsUrl] } });
    const jobId = await enqueue(tx, acmeRegister, {}, askedBy(actor, { subject }));
    return { outcome: "done", jobId };
  });
}

/** Nothing is asked for any more; certificates stay until they end, the account for the next time. */
export async function turnOffAuthority(
  ctx: ServiceContext,
  actor: Actor,
): Promise<"done" | "notAllowed" | "none"> {
  if (!can(actor, "server.write", null)) return "notAllowed";
  return transact(ctx, async (tx) => {
    const account = await acme.findAcmeAccount(tx);
    if (!account) return "none";
    await acme.deactivateAcmeAccounts(tx);
    await takeSetting(tx, PROFILE_KEYS.issuer);
    const changes = { directory: [account.directoryUrl, null] } as const;
    await audit(tx, actor, { action: "acme.turnOff", subject: account.directoryUrl, changes });
    await acme.wakeAcme(tx);
    return "done";
  });
}

export type TryNowOutcome =
  | { readonly outcome: "done" }
  /** "noAccount": none is registered, so nobody would do it. */
  | { readonly outcome: "notFound" | "noAccount" }
  /** The authority asked to wait until then. */
  | { readonly outcome: "tooEarly"; readonly at: Date };

/** Asks for the certificate of that name now, whatever the plan was. Operators only: tries are counted. */
export async function renewNow(
  ctx: ServiceContext,
  actor: Actor,
  by: ManagedCertificateRef | { readonly name: string },
): Promise<TryNowOutcome> {
  return transact<TryNowOutcome>(ctx, async (tx) => {
    const found = can(actor, "server.write", null) ? await acme.findManaged(tx, by) : null;
    if (!found) return { outcome: "notFound" };
    const account = await acme.findAcmeAccount(tx);
    if (!account || account.accountUrl === null) return { outcome: "noAccount" };
    const isLimited = found.lastError?.key === "acme.rateLimited" && found.nextAt > new Date();
    if (isLimited) return { outcome: "tooEarly", at: found.nextAt };
    await acme.askForManaged(tx, found.id);
    const { name: subject, domainId } = found;
    await audit(tx, actor, { action: "certificate.renew", subject, domainId });
    await acme.wakeAcme(tx);
    return { outcome: "done" };
  });
}
