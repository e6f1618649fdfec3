/** The folders of a mailbox with their counters, for who looks after it and for whose it is. */
import {
  listFolderCounts,
  sumFolderCounts,
  type FolderCount,
  type FolderPage,
  type FolderSum,
} from "../storage/folder-counts.ts";
import { findMailbox } from "../storage/mailboxes.ts";
import type { Actor } from "./actor.ts";
import type { ServiceContext } from "./context.ts";
import { pageOf, type Page } from "./page.ts";
import { can } from "./permissions.ts";

export interface FolderList extends Page<FolderCount> {
  /** Of all folders, not of this page. */
  readonly sum: FolderSum;
  readonly quotaBytes: number;
}

/** On a phone a folder is a card. */
const PAGE = 25;

/** Null: no such mailbox, or none of this actor's business. */
export async function listFolders(
  ctx: ServiceContext,
  actor: Actor,
  mailboxId: string,
  page: Partial<FolderPage> = {},
): Promise<FolderList | null> {
  const mailbox = await findMailbox(ctx.prisma, mailboxId);
  if (!mailbox || !can(actor, "mailbox.read", mailbox.domainId, mailbox.id)) return null;
  const { after = "", before = "", limit = PAGE } = page;
  const [found, sum] = await Promise.all([
    listFolderCounts(ctx.prisma, mailbox.id, { after, before, limit: limit + 1 }),
    sumFolderCounts(ctx.prisma, mailbox.id),
  ]);
  const asked = { after, before, limit };
  return { ...pageOf(found, asked, ({ name }) => name), sum, quotaBytes: mailbox.quotaBytes };
}
