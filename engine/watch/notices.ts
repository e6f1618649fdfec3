/**
 * Tells people what changed: an alarm that opened or closed, everything right for the first time, records
 * that still wait after 24 and 72 hours. From the host's own name, so that a broken domain does not silence
 * its own alarm. Each mail has an id that follows from what it tells and to whom: a crash in between makes
 * nobody hear twice.
 */
import { createHash } from "node:crypto";
import { translator, type Locale } from "../../lib/i18n/translate.ts";
import { parseAddress } from "../../lib/mail/address.ts";
import { MailError } from "../../lib/mail/errors.ts";
import { setGreenTold, setWaitingTold } from "../../lib/storage/dns-watch.ts";
import {
  findAdder,
  listNoticeReaders,
  listPendingAlarms,
  listWaiting,
  markAlarmsTold,
  type NoticeReader,
  type PendingAlarm,
} from "../../lib/storage/notices.ts";
import { acceptOwnMail, wasAccepted } from "../own-mail.ts";
import type { WatchContext } from "./context.ts";
import { composeNotice, type Notice, type NoticeKind } from "./notice-text.ts";
import type { Target } from "./target.ts";

const HOUR_MS = 3_600_000;
/** Twice, and never again: console.md section 3. */
const WAITING_AFTER_MS = [24 * HOUR_MS, 72 * HOUR_MS];

/** Whatever the look that was just kept made worth telling. Failures are logged and tried after the next look. */
export async function tellPending(ctx: WatchContext, target: Target): Promise<void> {
  try {
    await tellAlarms(ctx, target);
    await tellGreen(ctx, target);
    await tellWaiting(ctx, target);
  } catch (err) {
    ctx.log.error({ err, domainId: target.row.domainId }, "a notice about checks was not sent");
  }
}

async function tellAlarms(ctx: WatchContext, target: Target): Promise<void> {
  const { domainId } = target.row;
  const pending = await listPendingAlarms(ctx.pool, domainId);
  if (pending.length === 0) return;
  const readers = await listNoticeReaders(ctx.pool, domainId);
  const opened = pending.filter(({ closedAt }) => closedAt === null);
  const closed = pending.filter(({ closedAt }) => closedAt !== null);
  for (const reader of readers) {
    if (opened.length > 0) await send(ctx, target, { kind: "broken", reader, alarms: opened });
    if (closed.length > 0) await send(ctx, target, { kind: "recovered", reader, alarms: closed });
  }
  const ids = (alarms: readonly PendingAlarm[]) => alarms.map(({ id }) => id);
  const at = ctx.clock.now();
  await markAlarmsTold(ctx.pool, { opened: ids(opened), closed: ids(closed), at });
}

async function tellGreen(ctx: WatchContext, target: Target): Promise<void> {
  const { id, domainId, greenToldAt } = target.row;
  if (domainId === null || greenToldAt !== null) return;
  const { rows } = await ctx.pool.query<{ greenAt: Date | null }>({
    name: "watch-green",
    text: 'select green_at as "greenAt" from dns_watch where id = $1',
    values: [id],
  });
  if (!rows[0]?.greenAt) return;
  const reader = await findAdder(ctx.pool, domainId);
  if (reader) await send(ctx, target, { kind: "green", reader, alarms: [] });
  await setGreenTold(ctx.pool, id, ctx.clock.now());
}

async function tellWaiting(ctx: WatchContext, target: Target): Promise<void> {
  const { id, domainId, waitingTold, startedAt, greenAt } = target.row;
  const after = WAITING_AFTER_MS[waitingTold];
  if (domainId === null || after === undefined || greenAt !== null) return;
  if (ctx.clock.now().getTime() - startedAt.getTime() < after) return;
  const waiting = await listWaiting(ctx.pool, domainId);
  const reader = waiting.length > 0 ? await findAdder(ctx.pool, domainId) : null;
  if (reader) await send(ctx, target, { kind: "waiting", reader, alarms: [], waiting });
  await setWaitingTold(ctx.pool, id, waitingTold + 1);
}

interface Told {
  readonly kind: NoticeKind;
  readonly reader: NoticeReader;
  readonly alarms: readonly PendingAlarm[];
  readonly waiting?: Notice["waiting"];
}

async function send(ctx: WatchContext, target: Target, told: Told): Promise<void> {
  const { reader } = told;
  const addresses = [reader.email, ...(reader.secondEmail === null ? [] : [reader.secondEmail])];
  for (const to of addresses) await sendTo(ctx, target, { ...told, to });
}

async function sendTo(
  ctx: WatchContext,
  { row, domain, server }: Target,
  { kind, reader, alarms, waiting = [], to }: Told & { to: string },
): Promise<void> {
  const { clock, pool, settings, log } = ctx;
  const host = server.hostName;
  const about = alarms.length > 0 ? alarms.map(({ id }) => id) : [row.id, String(row.waitingTold)];
  const id = idOf(kind, to, about);
  if (await wasAccepted(pool, id)) return;
  const [sender, recipient] = [parseAddress(`postmaster@${host}`), parseAddress(to)];
  if (!sender || !recipient) return log.warn({ to }, "no notice: not an address");
  const subject = domain?.name ?? host;
  const url =
    (settings.publicUrl ?? `https://${host}`) +
    pathOf({ kind, reader, alarms }, domain?.name ?? null);
  const notice = { kind, subject, alarms, waiting, url, host };
  const date = clock.now();
  // A recovery answers the mail, or mails, that told of the breakage.
  const told = kind === "recovered" ? alarms.map(({ toldWith }) => toldWith ?? "") : [];
  const groups = [...new Set(told)].filter((group) => group !== "");
  const references = groups.map((group) => idOf("broken", to, group.split(",")));
  const locale: Locale = reader.locale === "zh" ? "zh" : "en";
  const from = `postmaster@${host}`;
  const bytes = await composeNotice(translator(locale), notice, {
    ...{ id, from, to, date, references, name: reader.name },
  });
  try {
    await acceptOwnMail(ctx, { id, sender, recipient, reversePath: "", bytes, date });
  } catch (error) {
    // Somebody whose own address does not exist any more must not keep others from hearing.
    if (!(error instanceof MailError) || error.temporary) throw error;
    log.warn({ to, err: error }, "a notice could not be delivered");
  }
}

/** The page of the console that says more: what is over is not among the open alarms. */
function pathOf({ kind, reader, alarms }: Told, domain: string | null): string {
  const isOfCertificates = alarms.length > 0 && alarms.every((one) => one.kind === "certificate");
  if (isOfCertificates && reader.operator) return "/system/certificates";
  // About the server: who hears of it are its operators, and its own page has all that is known of it.
  if (domain === null) return "/system/identity";
  if (kind !== "broken" && kind !== "recovered") return `/domains/${domain}/dns`;
  const query = new URLSearchParams({
    ...{ q: domain },
    ...(kind === "recovered" && { state: "closed" }),
  });
  return `/alarms?${query}`;
}

/** A UUID (RFC 9562 §5.8) that follows from what is told, and to whom. */
function idOf(kind: NoticeKind, to: string, about: readonly string[]): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([kind, to, [...about].sort()]))
    .digest();
  const hex = digest.toString("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`];
  return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}
