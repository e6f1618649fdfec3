/**
 * Publishing records at a DNS host: credentials, previews, applying exactly what was previewed, undoing it.
 * The work is the engine's (engine/publish); here is who may ask for it, and for what.
 *
 * A secret goes in and never comes out. Addresses of one's own choice (an API elsewhere, a name server in a
 * private network) are for operators: the engine dials them.
 */
import { credentialContext } from "../mail/dns/credential.ts";
import type { ExpectedRecord } from "../mail/dns/record.ts";
import { wantedRecord, type WantedRecord } from "../mail/dns/plan.ts";
import { isWithin } from "../mail/dns/record-sets.ts";
import { newId } from "../mail/ids.ts";
import { dnsApply } from "../jobs/definitions/dns-apply.ts";
import { dnsPreview } from "../jobs/definitions/dns-preview.ts";
import { dnsTestCredential } from "../jobs/definitions/dns-test-credential.ts";
import { dnsUndo } from "../jobs/definitions/dns-undo.ts";
import { enqueue, type JobDefinition } from "../jobs/job.ts";
import type {
  DnsCredentialRef,
  NewDnsCredential,
  PublicationPreview,
  PublicationRef,
} from "../schemas/publish.ts";
import * as credentials from "../storage/dns-credential-list.ts";
import type { Credential } from "../storage/dns-credential-list.ts";
import * as publications from "../storage/dns-publication-list.ts";
import type { Publication } from "../storage/dns-publication-list.ts";
import { findDomain } from "../storage/domains.ts";
import type { Db } from "../storage/client.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { getDomainChecks, getServerChecks, type DnsCheckView } from "./dns-checks.ts";
import { getHostName } from "./server-identity.ts";
import { askedBy } from "./job-origin.ts";
import { can } from "./permissions.ts";

export type { Credential, Publication };

export type Asked =
  | { readonly outcome: "done"; readonly jobId: string; readonly publicationId: string }
  | { readonly outcome: "notFound" }
  /** It was applied, undone or dropped meanwhile. */
  | { readonly outcome: "notNow" };

export type CredentialOutcome =
  | { readonly outcome: "done"; readonly credentialId: string; readonly jobId: string }
  | { readonly outcome: "notFound" }
  | { readonly outcome: "operatorsOnly"; readonly field: "scope" | "baseUrl" };

/** How many earlier publications the page lists. */
const SHOWN = 10;

/** Whose records they are: a domain's, or (`id` null) those of the server, by its name. */
export interface PublishSubject {
  readonly id: string | null;
  readonly name: string;
}

export interface PublishView {
  readonly credentials: readonly Credential[];
  readonly publications: readonly Publication[];
  /** May have things that reach into private networks, and credentials for all domains. */
  readonly operator: boolean;
}

/** `name` null: the server's. Null when there is no such domain, or this actor may not publish for it. */
export async function getPublishView(
  ctx: ServiceContext,
  actor: Actor,
  name: string | null,
): Promise<PublishView | null> {
  const subject = await findPublishable(ctx, ctx.prisma, actor, name);
  if (!subject) return null;
  const [list, past] = await Promise.all([
    credentials.listCredentials(ctx.prisma, subject),
    publications.listPublications(ctx.prisma, subject.id, SHOWN),
  ]);
  const operator = can(actor, "server.write", null);
  return { credentials: list, publications: past, operator };
}

/** For the server itself (null) operators alone, once it has a name. */
async function findPublishable(
  ctx: ServiceContext,
  db: Db,
  actor: Actor,
  name: string | null,
): Promise<PublishSubject | null> {
  if (name === null) {
    if (!can(actor, "server.write", null)) return null;
    const hostName = await getHostName(ctx, db);
    return hostName.includes(".") ? { id: null, name: hostName } : null;
  }
  const domain = await findDomain(db, name);
  return domain && can(actor, "dns.publish", domain.id) ? domain : null;
}

/** Keeps it sealed and asks the DNS host at once which zone it opens. */
export async function addCredential(
  ctx: ServiceContext,
  actor: Actor,
  input: NewDnsCredential,
): Promise<CredentialOutcome> {
  return transact<CredentialOutcome>(ctx, async (tx) => {
    const subject = await findPublishable(ctx, tx, actor, input.domain);
    if (!subject) return { outcome: "notFound" };
    const operator = can(actor, "server.write", null);
    const field = operator ? null : whatOperatorsOnly(input);
    if (field) return { outcome: "operatorsOnly", field };
    const id = newId();
    const { provider, secret } = input;
    const label = input.label || defaultLabel(input, subject);
    const isOwn = input.scope === "domain";
    const domainId = isOwn ? subject.id : null;
    const sealed = ctx.secrets.seal(Buffer.from(secret), credentialContext(id));
    await credentials.createCredential(tx, {
      ...{ id, provider, label, domainId, settings: settingsOf(input) },
      // For the server's name alone: no domain's, and yet not for all.
      zones: isOwn && subject.id === null ? [subject.name] : [],
      secret: new Uint8Array(sealed),
      automatic: true,
      privateNetworks: operator,
      createdBy: actor.name,
    });
    await audit(tx, actor, {
      action: "dns.credential.add",
      ...{ subject: label, domainId },
      changes: { provider: [null, provider], settings: [null, settingsOf(input)] },
    });
    const origin = askedBy(actor, { subject: label, domainId: subject.id });
    const payload = { credentialId: id, name: subject.name };
    const jobId = await enqueue(tx, dnsTestCredential, payload, origin);
    return { outcome: "done", credentialId: id, jobId };
  });
}

/** A server of one's own choice may be anywhere; its addresses are judged when it is dialled. */
function whatOperatorsOnly(input: NewDnsCredential): "scope" | "baseUrl" | null {
  if (input.scope === "server") return "scope";
  return "baseUrl" in input && input.baseUrl !== "" ? "baseUrl" : null;
}

function settingsOf(input: NewDnsCredential): Record<string, string> {
  if (input.provider !== "rfc2136") return { baseUrl: input.baseUrl };
  return { server: input.server, keyName: input.keyName, algorithm: input.algorithm };
}

function defaultLabel(input: NewDnsCredential, { name }: PublishSubject): string {
  const names = { rfc2136: "RFC 2136", cloudflare: "Cloudflare", desec: "deSEC" };
  return `${names[input.provider]} · ${input.provider === "rfc2136" ? input.keyName : name}`;
}

/** A credential that this actor may use for the subject. */
async function findCredential(
  ctx: ServiceContext,
  tx: Db,
  actor: Actor,
  { domain: name, credentialId }: DnsCredentialRef,
): Promise<{ subject: PublishSubject; credential: Credential } | null> {
  const subject = await findPublishable(ctx, tx, actor, name);
  const credential = subject && (await credentials.findUsableCredential(tx, credentialId, subject));
  return subject && credential ? { subject, credential } : null;
}

export async function testCredential(
  ctx: ServiceContext,
  actor: Actor,
  input: DnsCredentialRef,
): Promise<{ outcome: "done"; jobId: string } | { outcome: "notFound" }> {
  return transact(ctx, async (tx) => {
    const found = await findCredential(ctx, tx, actor, input);
    if (!found) return { outcome: "notFound" as const };
    const { subject, credential } = found;
    const origin = askedBy(actor, { subject: credential.label, domainId: subject.id });
    const payload = { credentialId: credential.id, name: subject.name };
    return {
      outcome: "done" as const,
      jobId: await enqueue(tx, dnsTestCredential, payload, origin),
    };
  });
}

/** One of the server is removed by operators only. What was published stays published. */
export async function removeCredential(
  ctx: ServiceContext,
  actor: Actor,
  input: DnsCredentialRef,
): Promise<"done" | "notFound"> {
  return transact(ctx, async (tx) => {
    const found = await findCredential(ctx, tx, actor, input);
    if (!found) return "notFound";
    const { credential } = found;
    if (credential.domainId === null && !can(actor, "server.write", null)) return "notFound";
    await credentials.deleteCredential(tx, credential.id);
    await audit(tx, actor, {
      action: "dns.credential.remove",
      subject: credential.label,
      domainId: credential.domainId,
    });
    return "done";
  });
}

/** Works out what would change. An earlier preview that nobody applied is dropped. */
export async function askForPreview(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, credentialId, replace }: PublicationPreview,
): Promise<Asked> {
  const wanted = await wantedRecords(ctx, actor, name);
  if (!wanted) return { outcome: "notFound" };
  return transact<Asked>(ctx, async (tx) => {
    const found = await findCredential(ctx, tx, actor, { domain: name, credentialId });
    if (!found) return { outcome: "notFound" };
    const { subject } = found;
    await publications.dropPreviews(tx, subject.id);
    const publicationId = await publications.createPublication(tx, {
      ...{ domainId: subject.id, credentialId, replace, wanted },
      askedBy: actor.name,
    });
    return ask(tx, actor, { job: dnsPreview, subject, publicationId });
  });
}

/** Verdicts after which nothing needs to be written; "weak" works, and is its owner's decision. */
const RIGHT: ReadonlySet<string> = new Set(["ok", "weak", "accepted"]);

/** The domain's records; for operators also those of the server, which may be in the same zone. Null: only those. */
async function wantedRecords(
  ctx: ServiceContext,
  actor: Actor,
  name: string | null,
): Promise<WantedRecord[] | null> {
  if (name === null) {
    const found = await getServerChecks(ctx, actor);
    const records = found?.records.filter(({ scope }) => scope === "host");
    return records ? withVerdicts(records, found?.checks ?? []) : null;
  }
  const view = await getDomainChecks(ctx, actor, name);
  if (!view) return null;
  const operator = can(actor, "server.write", null);
  const own = view.records.filter((record) => operator || isWithin(record.name, view.domain.name));
  const server = operator ? await getServerChecks(ctx, actor) : null;
  const host = (server?.records ?? []).filter(({ scope }) => scope === "host");
  return withVerdicts([...own, ...host], [...view.checks, ...view.serverChecks]);
}

function withVerdicts(
  records: readonly ExpectedRecord[],
  checks: readonly DnsCheckView[],
): WantedRecord[] {
  const judged = new Map(
    checks.filter(({ verdict }) => RIGHT.has(verdict)).map(({ key, found }) => [key, found]),
  );
  return records.map((record) => wantedRecord(record, judged.get(record.id)));
}

/** Applies the change set that was shown, and nothing else. */
export async function applyPublication(
  ctx: ServiceContext,
  actor: Actor,
  input: PublicationRef,
): Promise<Asked> {
  return moveOn(ctx, actor, input, {
    ...{ from: "previewed", to: "applying", job: dnsApply, action: "dns.publish" },
  });
}

export async function undoPublication(
  ctx: ServiceContext,
  actor: Actor,
  input: PublicationRef,
): Promise<Asked> {
  return moveOn(ctx, actor, input, {
    ...{ from: "applied", to: "undoing", job: dnsUndo, action: "dns.publish.undo" },
  });
}

interface Step {
  readonly from: "previewed" | "applied";
  readonly to: "applying" | "undoing";
  readonly job: JobDefinition<{ publicationId: string }>;
  readonly action: string;
}

async function moveOn(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, publicationId }: PublicationRef,
  { from, to, job, action }: Step,
): Promise<Asked> {
  return transact<Asked>(ctx, async (tx) => {
    const subject = await findPublishable(ctx, tx, actor, name);
    const found = subject && (await publications.findListedPublication(tx, publicationId));
    if (!subject || found?.domainId !== subject.id) return { outcome: "notFound" };
    // An operator's preview may hold records of the server: those are not for others to apply.
    const own = found.changes.every((change) => isWithin(change.name, subject.name));
    if (!own && !can(actor, "server.write", null)) return { outcome: "notFound" };
    if (!(await publications.movePublication(tx, publicationId, { from, to }))) {
      return { outcome: "notNow" };
    }
    const changes = Object.fromEntries(
      found.changes.map((change): [string, [unknown, unknown]] => {
        const ends: [unknown, unknown] = [change.before?.values ?? [], change.after?.values ?? []];
        return [`${change.name} ${change.type}`, to === "undoing" ? [ends[1], ends[0]] : ends];
      }),
    );
    await audit(tx, actor, { action, subject: subject.name, domainId: subject.id, changes });
    return ask(tx, actor, { job, subject, publicationId });
  });
}

interface Ask {
  readonly job: JobDefinition<{ publicationId: string }>;
  readonly subject: PublishSubject;
  readonly publicationId: string;
}

async function ask(tx: Db, actor: Actor, { job, subject, publicationId }: Ask): Promise<Asked> {
  const origin = askedBy(actor, { subject: subject.name, domainId: subject.id });
  const jobId = await enqueue(tx, job, { publicationId }, origin);
  await publications.setPublicationJob(tx, publicationId, jobId);
  return { outcome: "done", jobId, publicationId };
}
