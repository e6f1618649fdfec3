/** The mail queue, read-only: what still waits to leave, for the senders an actor may see. */
import {
  listWaiting,
  summarizeWaiting,
  type QueueRow,
  type QueueSummary,
} from "../storage/queue-view.ts";
import type { Actor } from "./actor.ts";
import type { ServiceContext } from "./context.ts";
import { domainsWhere } from "./permissions.ts";

export interface QueueList {
  readonly rows: readonly QueueRow[];
  readonly next: string | null;
}

export async function listQueue(
  ctx: ServiceContext,
  actor: Actor,
  {
    search = "",
    after = "0",
    limit = 50,
  }: { search?: string; after?: string; limit?: number } = {},
): Promise<QueueList> {
  const domains = domainsWhere(actor, "queue.read");
  const from = /^\d{1,18}$/.test(after) ? BigInt(after) : 0n;
  const found = await listWaiting(ctx.prisma, { domains, search, after: from, limit: limit + 1 });
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}

/** How many wait, and since when the first: of all, whatever a page shows. */
export function getQueueSummary(ctx: ServiceContext, actor: Actor): Promise<QueueSummary> {
  return summarizeWaiting(ctx.prisma, domainsWhere(actor, "queue.read"));
}
