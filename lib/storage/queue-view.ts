/** The mail queue as people read it; claiming and finishing are lib/storage/queue.ts. */
import type { Db } from "./client.ts";

export interface QueueRow {
  readonly id: string;
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly destination: string;
  readonly size: number;
  readonly attempts: number;
  readonly hold: boolean;
  readonly createdAt: Date;
  readonly nextAttemptAt: Date;
  readonly lastReply: string | null;
  readonly lastMx: string | null;
}

export interface QueuePage {
  /** Domains whose senders' mail may be seen. */
  readonly domains: "all" | readonly string[];
  readonly search: string;
  /** Recipients with a greater id come next. */
  readonly after: bigint;
  readonly limit: number;
}

/** Recipients that still wait, in the order of their acceptance. */
export async function listWaiting(db: Db, page: QueuePage): Promise<QueueRow[]> {
  const senders =
    page.domains === "all"
      ? {}
      : { message: { mailboxId: { in: await mailboxIds(db, page.domains) } } };
  const rows = await db.queueRecipient.findMany({
    where: {
      state: "waiting",
      id: { gt: page.after },
      ...(page.search && { address: { contains: page.search, mode: "insensitive" as const } }),
      ...senders,
    },
    select: {
      id: true,
      messageId: true,
      address: true,
      destination: true,
      attempts: true,
      hold: true,
      nextAttemptAt: true,
      lastCode: true,
      lastEnhanced: true,
      lastText: true,
      lastMx: true,
      message: { select: { reversePath: true, size: true, createdAt: true } },
    },
    orderBy: { id: "asc" },
    take: page.limit,
  });
  return rows.map(({ id, address, lastCode, lastEnhanced, lastText, message, ...row }) => ({
    ...row,
    id: String(id),
    from: message.reversePath,
    to: address,
    size: Number(message.size),
    createdAt: message.createdAt,
    lastReply: [lastCode, lastEnhanced, lastText].filter((part) => part !== null).join(" ") || null,
  }));
}

async function mailboxIds(db: Db, domains: readonly string[]): Promise<string[]> {
  const where = { domainId: { in: [...domains] } };
  const rows = await db.mailbox.findMany({ where, select: { id: true }, take: 10_000 });
  return rows.map((row) => row.id);
}

export interface QueueSummary {
  readonly waiting: number;
  /** When the one that waits longest was accepted; null: nothing waits. */
  readonly oldest: Date | null;
}

/** Recipients that wait, of all messages of senders in `domains`. */
export async function summarizeWaiting(
  db: Db,
  domains: QueuePage["domains"],
): Promise<QueueSummary> {
  const all = domains === "all";
  const [row] = await db.$queryRaw<QueueSummary[]>`
    SELECT count(*)::int AS waiting, min(m.created_at) AS oldest
    FROM queue_recipient r JOIN queue_message m ON m.id = r.message_id
    WHERE r.state = 'waiting' AND (${all} OR m.mailbox_id IN
      (SELECT id FROM mailbox WHERE domain_id = ANY(${all ? [] : [...domains]}::uuid[])))`;
  return row ?? { waiting: 0, oldest: null };
}
