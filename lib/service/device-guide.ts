/** What a mailbox's owner is told about setting up devices: settings, and what was seen to work by itself. */
import { X509Certificate } from "node:crypto";
import type { ClientSettings } from "../mail/clients/settings.ts";
import type { Certificate } from "../mail/self-signed.ts";
import { listDeviceChecks, type DeviceCheck } from "../storage/device-checks.ts";
import { listEngines } from "../storage/engines.ts";
import { findMailbox } from "../storage/mailboxes.ts";
import type { Actor } from "./actor.ts";
import { getClientSettings } from "./client-settings.ts";
import type { ServiceContext } from "./context.ts";
import { addressOf } from "./mailboxes.ts";
import { can } from "./permissions.ts";

export interface DeviceGuide {
  readonly mailboxId: string;
  readonly address: string;
  readonly domain: string;
  readonly displayName: string;
  readonly lastSignInAt: Date | null;
  readonly settings: ClientSettings;
  /** Whether an engine has said which ports it has; else the settings are the standard ones. */
  readonly portsKnown: boolean;
  readonly checks: readonly DeviceCheck[];
}

export async function getDeviceGuide(
  ctx: ServiceContext,
  actor: Actor,
  mailboxId: string,
): Promise<DeviceGuide | null> {
  const mailbox = await findMailbox(ctx.prisma, mailboxId);
  if (!mailbox || !can(actor, "mailbox.read", mailbox.domainId, mailbox.id)) return null;
  const [settings, engines, checks] = await Promise.all([
    getClientSettings(ctx),
    listEngines(ctx.prisma),
    listDeviceChecks(ctx.prisma, mailbox.domainId),
  ]);
  const { domain, displayName, lastSignInAt } = mailbox;
  const portsKnown = engines.length > 0;
  const address = addressOf(mailbox);
  return { mailboxId, address, domain, displayName, lastSignInAt, settings, portsKnown, checks };
}

export interface SignerFacts {
  readonly name: string;
  readonly issuer: string;
  readonly selfSigned: boolean;
}

/** The certificate to sign profiles with: of the server's name, those of an authority first. */
export function chooseSigner(
  certificates: readonly Certificate[],
  hostName: string,
): Certificate | null {
  const wildcard = hostName.replace(/^[^.]*/, "*");
  const fitting = certificates.filter(
    ({ names }) => names.includes(hostName) || names.includes(wildcard),
  );
  return fitting.find((certificate) => !isSelfSigned(certificate)) ?? fitting[0] ?? null;
}

export function signerFacts(certificate: Certificate, hostName: string): SignerFacts {
  const { issuer } = new X509Certificate(certificate.certPem);
  const field = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(issuer)?.[1];
  return {
    name: hostName,
    issuer: field("O") ?? field("CN") ?? issuer,
    selfSigned: isSelfSigned(certificate),
  };
}

/** Is there a certificate for that name which an authority vouches for? */
export function isVouchedFor(certificates: readonly Certificate[], name: string): boolean {
  const wildcard = name.replace(/^[^.]*/, "*");
  return certificates.some(
    (certificate) =>
      (certificate.names.includes(name) || certificate.names.includes(wildcard)) &&
      !isSelfSigned(certificate),
  );
}

function isSelfSigned({ certPem }: Certificate): boolean {
  const { issuer, subject } = new X509Certificate(certPem);
  return issuer === subject;
}
