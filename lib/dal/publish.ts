/** The view of the page Automate, and its operations. Sentences are made here; secrets never come this far. */
import "server-only";
import { cache } from "react";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { PROVIDERS, type ProviderName } from "@/lib/mail/dns/credential.ts";
import { entryNames, hostOf, namedServers, type DnsHost } from "@/lib/mail/dns/providers.ts";
import type { ExpectedRecord } from "@/lib/mail/dns/record.ts";
import type { ZoneFacts } from "@/lib/mail/dns/observer.ts";
import type { PlannedChange } from "@/lib/mail/dns/plan.ts";
import { SNIPPET_NAMES, SNIPPETS, type SnippetName } from "@/lib/mail/dns/snippets/index.ts";
import { snippetInput } from "@/lib/mail/dns/snippets/sets.ts";
import { publishText } from "@/lib/i18n/publish-text.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import type {
  DnsCredentialRef,
  NewDnsCredential,
  PublicationPreview,
  PublicationRef,
} from "@/lib/schemas/publish.ts";
import { domainIn } from "@/lib/schemas/domain-segment.ts";
import type { Actor } from "@/lib/service/actor.ts";
import { getDomainChecks, getServerChecks } from "@/lib/service/dns-checks.ts";
import { getJob, type JobView } from "@/lib/service/jobs.ts";
import * as service from "@/lib/service/publish.ts";
import { getTranslate } from "./preferences.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

export type { ProviderName, SnippetName };
export { PROVIDERS, SNIPPET_NAMES };

const read = cache(async (segment: string) => {
  const actor = await requireActor();
  const name = domainIn(segment);
  if (name === null) return null;
  const { service: ctx } = runtime();
  const checks = await getDomainChecks(ctx, actor, name);
  if (!checks) return null;
  return { actor, checks, publish: await service.getPublishView(ctx, actor, name) };
});

export async function getAutomateTitle(segment: string): Promise<string | null> {
  const found = await read(segment);
  return found && toUnicodeDomain(found.checks.domain.name);
}

/** `tool`: as the address names it. */
export async function getAutomateView(segment: string, tool: string) {
  const [found, t] = await Promise.all([read(segment), getTranslate()]);
  if (!found) return null;
  const { actor, checks, publish } = found;
  const { name } = checks.domain;
  const facts = checks.watch?.zone ?? null;
  const { dnsHost } = checks.domain;
  const view = { name, zone: name, dnsHost, facts, records: checks.records, publish };
  return { domain: name, ...(await automateView(view, { actor, t, tool })) };
}

/** Of the server itself; null for who may not see it, or before it has a name. */
export async function getServerAutomateView(tool: string) {
  const [actor, t] = await Promise.all([requireActor(), getTranslate()]);
  const { service: ctx } = runtime();
  const checks = await getServerChecks(ctx, actor);
  const name = checks?.server.hostName ?? "";
  if (!checks || !name.includes(".")) return null;
  const facts = checks.watch?.zone ?? null;
  const { zone } = entryNames({ name, dnsHost: null }, facts);
  const publish = await service.getPublishView(ctx, actor, null);
  // Pointers are in the zones of who rents out the addresses.
  const records = checks.records.filter(({ scope }) => scope === "host");
  const server = { name, zone, dnsHost: null, facts, records, publish };
  const view = await automateView(server, { actor, t, tool });
  return { domain: null, ...view };
}

interface Automated {
  readonly name: string;
  /** Scripts are for it. */
  readonly zone: string;
  /** Chosen by hand: lib/mail/dns/providers.ts `hostOf`. */
  readonly dnsHost: string | null;
  readonly facts: ZoneFacts | null;
  readonly records: readonly ExpectedRecord[];
  /** Null: this actor may look, but not publish. */
  readonly publish: service.PublishView | null;
}

interface Asker {
  readonly actor: Actor;
  readonly t: Translate;
  readonly tool: string;
}

async function automateView(
  { name, zone, dnsHost, facts, records, publish }: Automated,
  { actor, t, tool: asked }: Asker,
) {
  const tool = SNIPPET_NAMES.find((one) => one === asked) ?? "nsupdate";
  const [newest = null, ...past] = publish?.publications ?? [];
  const job = newest?.jobId ? await getJob(runtime().service, actor, newest.jobId) : null;
  const show = (publication: service.Publication, own: JobView | null) => {
    // The zone that was read may be above the name.
    const inZone = (full: string) => shortName(full, publication.zone || zone);
    return publicationView(publication, { t, job: own, inZone });
  };
  return {
    shown: toUnicodeDomain(name),
    publish: publish && {
      operator: publish.operator,
      credentials: publish.credentials.map((credential) =>
        credentialView(credential, { t, publish }),
      ),
      current: newest && show(newest, job),
      past: past.map((publication) => show(publication, null)),
    },
    host: hostView(hostOf(dnsHost, namedServers(facts)), t),
    snippet: { tool, text: SNIPPETS[tool](snippetInput(zone, records)) },
  };
}
export type AutomateView =
  | NonNullable<Awaited<ReturnType<typeof getAutomateView>>>
  | NonNullable<Awaited<ReturnType<typeof getServerAutomateView>>>;

function hostView(host: DnsHost | null, t: Translate) {
  return (
    host && {
      name: host.name,
      automation: host.automation,
      traps: host.traps.map((trap) => t(`publish.trap.${trap}`)),
    }
  );
}

interface Around {
  readonly t: Translate;
  readonly publish: service.PublishView;
}

function credentialView(credential: service.Credential, { t, publish }: Around) {
  const { id, label, provider, domainId, zones, testedAt, lastUsedAt, lastError } = credential;
  const ofServer = domainId === null;
  const use = !ofServer
    ? ("one" as const)
    : zones.length === 0
      ? ("all" as const)
      : ("host" as const);
  return {
    ...{ id, label, use, testedAt, lastUsedAt },
    provider: PROVIDERS.find((known) => known === provider) ?? null,
    state: lastError ? ("broken" as const) : lastUsedAt ? ("ok" as const) : ("untested" as const),
    error: lastError && publishText(t, lastError),
    mayRemove: !ofServer || publish.operator,
  };
}
export type CredentialView = ReturnType<typeof credentialView>;

interface Shown {
  readonly t: Translate;
  readonly job: JobView | null;
  readonly inZone: (name: string) => string;
}

const WORKING = ["previewing", "applying", "undoing"];

/** A job that ended without saying so in the row (an engine that was killed) has failed. */
function publicationView(publication: service.Publication, { t, job, inZone }: Shown) {
  const { id, credentialId, zone, askedBy, createdAt, appliedAt, verifiedAt, undoneAt } =
    publication;
  const isOver = job !== null && job.state !== "waiting" && job.state !== "running";
  const lost = WORKING.includes(publication.state) && isOver && job.state !== "done";
  const state = lost ? ("failed" as const) : publication.state;
  const change = (planned: PlannedChange) => changeView(planned, { t, inZone });
  return {
    ...{ id, credentialId, zone, createdAt, appliedAt, verifiedAt, undoneAt, state },
    askedBy: askedBy === "system" ? null : askedBy,
    error: publication.error ? publishText(t, publication.error) : lost ? (job.error ?? "") : null,
    progress: job && !isOver ? { done: job.done, total: job.total } : null,
    changes: publication.changes.map(change),
    questions: publication.questions.map(change),
    ticked: publication.replace,
    kept: publication.kept.map(({ name, type, values }) => {
      return { key: `${name} ${type}`, name: inZone(name), type, values };
    }),
    problems: publication.problems.map(({ name, type, reason }) => {
      return { key: `${name} ${type}`, name: inZone(name), type, text: publishText(t, reason) };
    }),
  };
}
export type PublicationView = ReturnType<typeof publicationView>;

function changeView(
  { name, type, before, after, records, reason }: PlannedChange,
  { t, inZone }: Pick<Shown, "t" | "inZone">,
) {
  const [old, next] = [before?.values ?? [], after?.values ?? []];
  const lines = [
    ...old
      .filter((value) => !next.includes(value))
      .map((text) => ({ sign: "removed" as const, text })),
    ...old
      .filter((value) => next.includes(value))
      .map((text) => ({ sign: "stays" as const, text })),
    ...next
      .filter((value) => !old.includes(value))
      .map((text) => ({ sign: "added" as const, text })),
  ];
  return {
    ...{ key: `${name} ${type}`, name: inZone(name), type, lines },
    record: records[0] ?? "",
    ttl:
      before && after && before.ttl !== after.ttl ? { before: before.ttl, after: after.ttl } : null,
    note: reason && publishText(t, reason),
  };
}
export type ChangeView = ReturnType<typeof changeView>;

/** "@", "_dmarc"; in full outside of the domain. */
function shortName(name: string, domain: string): string {
  if (name === domain) return "@";
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : name;
}

export async function addCredential(input: NewDnsCredential) {
  return service.addCredential(runtime().service, await requireActor(), input);
}

export async function testCredential(input: DnsCredentialRef) {
  return service.testCredential(runtime().service, await requireActor(), input);
}

export async function removeCredential(input: DnsCredentialRef) {
  return service.removeCredential(runtime().service, await requireActor(), input);
}

export async function askForPreview(input: PublicationPreview) {
  return service.askForPreview(runtime().service, await requireActor(), input);
}

export async function applyPublication(input: PublicationRef) {
  return service.applyPublication(runtime().service, await requireActor(), input);
}

export async function undoPublication(input: PublicationRef) {
  return service.undoPublication(runtime().service, await requireActor(), input);
}
