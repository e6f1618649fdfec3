/** Views and operations of domains. */
import "server-only";
import { cache } from "react";
import type { NewDomain, TestMessage } from "@/lib/schemas/forms.ts";
import { DomainName } from "@/lib/schemas/forms.ts";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { formatZone } from "@/lib/mail/dns-records.ts";
import * as service from "@/lib/service/domains.ts";
import { requestTestMessage } from "@/lib/service/jobs.ts";
import { can } from "@/lib/service/permissions.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

/** A domain in an address bar: A-labels, or null. The bar may hold the encoded Unicode form. */
function nameFrom(segment: string): string | null {
  const parsed = DomainName.safeParse(decodeURIComponent(segment));
  return parsed.success ? parsed.data : null;
}

export async function getDomainsView(page: { search?: string; after?: string }) {
  const actor = await requireActor();
  const list = await service.listDomains(runtime().service, actor, page);
  return {
    next: list.next,
    mayCreate: can(actor, "domain.create", null),
    rows: list.rows.map(({ id, name, mailboxes, aliases, usedBytes, createdAt }) => ({
      id,
      name,
      shown: toUnicodeDomain(name),
      mailboxes,
      aliases,
      usedBytes,
      createdAt,
    })),
  };
}

export const getDomainView = cache(async (segment: string) => {
  const actor = await requireActor();
  const name = nameFrom(segment);
  const domain = name && (await service.getDomain(runtime().service, actor, name));
  if (!domain) return null;
  const { id, mailboxes, aliases, usedBytes, createdAt } = domain;
  return {
    id,
    name: domain.name,
    shown: toUnicodeDomain(domain.name),
    mailboxes,
    aliases,
    usedBytes,
    createdAt,
    may: {
      createMailbox: can(actor, "mailbox.create", id),
      sendTest: can(actor, "mail.sendTest", id),
    },
  };
});

export async function getRecordsView(segment: string) {
  const actor = await requireActor();
  const name = nameFrom(segment);
  const view = name && (await service.getDomainRecords(runtime().service, actor, name));
  if (!view) return null;
  const { domain, hostName, records } = view;
  return { name: domain.name, shown: toUnicodeDomain(domain.name), hostName, records };
}

/** The records as a zone file; null like any domain that is not there. */
export async function getZoneFile(segment: string): Promise<{ name: string; text: string } | null> {
  const view = await getRecordsView(segment);
  return view && { name: view.name, text: formatZone(view.name, view.records) };
}

export async function addDomain(input: NewDomain) {
  return service.createDomain(runtime().service, await requireActor(), input);
}

export async function sendTest(input: TestMessage) {
  return requestTestMessage(runtime().service, await requireActor(), input);
}
