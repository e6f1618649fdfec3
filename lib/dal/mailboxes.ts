/** Views and operations of mailboxes and aliases. */
import "server-only";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import type { Usage } from "@/lib/mail/quota.ts";
import { DENIABLE } from "@/lib/mail/imap-capabilities.ts";
import type {
  AliasRef,
  MailboxRef,
  NewAlias,
  NewMailbox,
  SetMailboxPassword,
} from "@/lib/schemas/forms.ts";
import type { MailboxLimits } from "@/lib/schemas/limits.ts";
import type { ImapFeatures } from "@/lib/schemas/imap-features.ts";
import { domainIn } from "@/lib/schemas/domain-segment.ts";
import { Id } from "@/lib/schemas/fields.ts";
import * as aliases from "@/lib/service/aliases.ts";
import * as service from "@/lib/service/mailboxes.ts";
import { can } from "@/lib/service/permissions.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

interface MailboxQuery {
  search: string;
  state: "all" | "active" | "suspended";
  after: string;
  before: string;
}

/** Internationalised domains as people write them. */
const shownAddress = ({ localPart, domain }: { localPart: string; domain: string }) =>
  `${localPart}@${toUnicodeDomain(domain)}`;

const withUnicode = (address: string) => {
  const at = address.lastIndexOf("@");
  return `${address.slice(0, at)}@${toUnicodeDomain(address.slice(at + 1))}`;
};

const usageOf = ({ usedBytes, quotaBytes, usedMessages, quotaMessages }: Usage): Usage => ({
  ...{ usedBytes, quotaBytes, usedMessages, quotaMessages },
});

export async function getMailboxesView(segment: string, query: MailboxQuery) {
  const actor = await requireActor();
  const list = await service.listMailboxes(
    runtime().service,
    actor,
    domainIn(segment) ?? "",
    query,
  );
  if (!list) return null;
  const { domain, next, previous, may } = list;
  return {
    domain: domain.name,
    shown: toUnicodeDomain(domain.name),
    next,
    previous,
    may,
    rows: list.rows.map((row) => ({
      id: row.id,
      address: shownAddress(row),
      localPart: row.localPart,
      displayName: row.displayName,
      suspended: row.suspended,
      usage: usageOf(row),
      lastSignInAt: row.lastSignInAt,
    })),
  };
}

export type MailboxRowView = NonNullable<
  Awaited<ReturnType<typeof getMailboxesView>>
>["rows"][number];

export async function getMailboxView(id: string) {
  const actor = await requireActor();
  const parsed = Id.safeParse(id);
  const mailbox =
    parsed.success && (await service.getMailbox(runtime().service, actor, parsed.data));
  if (!mailbox) return null;
  const { domainId, suspended, lastSignInAt, createdAt } = mailbox;
  return {
    id: mailbox.id,
    address: shownAddress(mailbox),
    signInName: service.addressOf(mailbox),
    domain: mailbox.domain,
    shownDomain: toUnicodeDomain(mailbox.domain),
    displayName: mailbox.displayName,
    usage: usageOf(mailbox),
    suspended,
    lastSignInAt,
    createdAt,
    imap: { denied: mailbox.imapDenied, deniable: DENIABLE },
    may: {
      setPassword: can(actor, "mailbox.setPassword", domainId, mailbox.id),
      suspend: can(actor, "mailbox.suspend", domainId),
      setLimits: can(actor, "mailbox.setLimits", domainId),
      denyImap: can(actor, "mailbox.denyImap", domainId),
      signOut: can(actor, "mailbox.signOut", domainId, mailbox.id),
      seeDomain: can(actor, "domain.read", domainId),
    },
  };
}

export type MailboxView = NonNullable<Awaited<ReturnType<typeof getMailboxView>>>;

export const addMailbox = async (input: NewMailbox) =>
  service.createMailbox(runtime().service, await requireActor(), input);

export const setPassword = async (input: SetMailboxPassword) =>
  service.setMailboxPassword(runtime().service, await requireActor(), input);

export const suspend = async (input: MailboxRef) =>
  service.suspendMailbox(runtime().service, await requireActor(), input);

export const resume = async (input: MailboxRef) =>
  service.resumeMailbox(runtime().service, await requireActor(), input);

export const setLimits = async (input: MailboxLimits) =>
  service.setMailboxLimits(runtime().service, await requireActor(), input);

export const setImapFeatures = async (input: ImapFeatures) =>
  service.setImapDenied(runtime().service, await requireActor(), input);

export const signOutDevices = async (input: MailboxRef) =>
  service.signOutAllDevices(runtime().service, await requireActor(), input);

export async function getAliasesView(segment: string, page: { search: string; after: string }) {
  const actor = await requireActor();
  const list = await aliases.listAliases(runtime().service, actor, domainIn(segment) ?? "", page);
  if (!list) return null;
  const { domain, next, mayWrite } = list;
  return {
    domain: domain.name,
    shown: toUnicodeDomain(domain.name),
    next,
    mayWrite,
    rows: list.rows.map(({ id, localPart, targets }) => ({
      id,
      address: shownAddress({ localPart, domain: domain.name }),
      targets: targets.map(withUnicode),
    })),
  };
}

export const addAlias = async (input: NewAlias) =>
  aliases.createAlias(runtime().service, await requireActor(), input);

export const removeAlias = async (input: AliasRef) =>
  aliases.deleteAlias(runtime().service, await requireActor(), input);
