/** The view of the page of certificates, and its operations. Private keys go in and never come out. */
import "server-only";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { AUTHORITIES, authorityAt } from "@/lib/mail/acme/authorities.ts";
import type { CertificateRef, UploadCertificate } from "@/lib/schemas/forms.ts";
import type {
  AgreeToTerms,
  ManagedCertificateRef,
  SetUpAuthority,
} from "@/lib/schemas/certificates.ts";
import * as uploads from "@/lib/service/certificate-upload.ts";
import * as service from "@/lib/service/certificates.ts";
import type { CertificateFacts, ManagedCertificate } from "@/lib/service/certificates.ts";
import { can } from "@/lib/service/permissions.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

export { AUTHORITIES };
export type KeptCertificate = CertificateFacts;
export type CertificateName = ManagedCertificate & { readonly shown: string };

/** Null for who may not see the server. */
export async function getCertificatesView() {
  const actor = await requireActor();
  const found = await service.getCertificates(runtime().service, actor);
  if (!found) return null;
  const { hostName, account, certificates, managed } = found;
  const now = new Date();
  const lasting = certificates.filter(
    ({ source, notAfter }) => source !== "self-signed" && notAfter > now,
  );
  return {
    hostName,
    /** May set things, not only look. */
    mayWrite: can(actor, "server.write", null),
    account: account && { ...account, authority: authorityAt(account.directoryUrl) },
    managed: managed.map((row) => ({ ...row, shown: toUnicodeDomain(row.name) })),
    certificates,
    /** Of those that others signed: what a renewal has to be in time for. */
    soonest: newestByName(lasting).toSorted(byEnd)[0] ?? null,
    hostIsSigned: lasting.some(({ names }) => names.includes(hostName)),
  };
}
export type CertificatesView = NonNullable<Awaited<ReturnType<typeof getCertificatesView>>>;

const byEnd = (a: CertificateFacts, b: CertificateFacts) =>
  a.notAfter.getTime() - b.notAfter.getTime();

/** One that was renewed does not count: its successor is shown. */
function newestByName(all: readonly CertificateFacts[]): CertificateFacts[] {
  const newest = new Map<string, CertificateFacts>();
  for (const one of all.toSorted((a, b) => a.notBefore.getTime() - b.notBefore.getTime()))
    for (const name of one.names) newest.set(name, one);
  return [...new Set(newest.values())];
}

export async function setUpAuthority(input: SetUpAuthority) {
  return service.setUpAuthority(runtime().service, await requireActor(), input);
}

export async function agreeToTerms(input: AgreeToTerms) {
  return service.agreeToTerms(runtime().service, await requireActor(), input);
}

export async function turnOffAuthority() {
  return service.turnOffAuthority(runtime().service, await requireActor());
}

export async function renewNow(input: ManagedCertificateRef) {
  return service.renewNow(runtime().service, await requireActor(), input);
}

export async function uploadCertificate(input: UploadCertificate) {
  return uploads.uploadCertificate(runtime().service, await requireActor(), input);
}

export async function removeCertificate(input: CertificateRef) {
  return uploads.removeCertificate(runtime().service, await requireActor(), input);
}
