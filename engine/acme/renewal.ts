/**
 * When a certificate is renewed: the authority is asked (RFC 9773), at the pace that it wishes; without its
 * word, the last third of the life counts. The moment in the window follows from the certificate's id, so
 * that every engine comes to the same, and certificates of the same day do not.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import {
  askAgainAfter,
  lifetimeWindow,
  momentIn,
  retryAfterMs,
  type RenewalWindow,
} from "../../lib/mail/acme/schedule.ts";
import type { Certificate } from "../../lib/mail/self-signed.ts";
import type { AcmeAccount } from "../../lib/storage/acme-accounts.ts";
import type { ManagedRow, Planned } from "../../lib/storage/managed-certificates.ts";
import { clientFor } from "./attempt.ts";
import type { AcmeContext } from "./context.ts";
import { renewalIdOf } from "./issued.ts";

const RenewalInfo = z.object({
  suggestedWindow: z.object({
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }),
  }),
  explanationURL: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional()
    .catch(undefined),
});

export interface RenewalPlan extends Planned {
  /** The moment has come. */
  readonly due: boolean;
}

export async function planRenewal(
  ctx: AcmeContext,
  account: AcmeAccount,
  { row, certificate, signal }: { row: ManagedRow; certificate: Certificate; signal: AbortSignal },
): Promise<RenewalPlan> {
  const now = ctx.clock.now();
  const asked = await ask(ctx, account, { name: row.name, certificate, signal }).catch(
    (err: unknown) => {
      signal.throwIfAborted();
      ctx.log.warn({ err, name: row.name }, "the authority did not say when to renew");
      return null;
    },
  );
  const known = rememberedWindow(row);
  const window = asked?.window ?? known ?? lifetimeWindow(certificate);
  const source = asked?.window || known ? "ari" : "lifetime";
  const moment = momentIn(window, chanceOf(row.certificateId ?? row.id));
  const askAgain = now.getTime() + askAgainAfter(asked?.againMs ?? null);
  return {
    ...{ from: window.from, until: window.until, source, reasonUrl: asked?.reasonUrl ?? null },
    nextAt: new Date(Math.min(moment.getTime(), askAgain)),
    due: moment <= now,
  };
}

/** An authority that is silent now said this before. */
const rememberedWindow = ({
  renewSource,
  renewFrom,
  renewUntil,
}: ManagedRow): RenewalWindow | null =>
  renewSource === "ari" && renewFrom && renewUntil ? { from: renewFrom, until: renewUntil } : null;

interface Asked {
  readonly window: RenewalWindow | null;
  readonly againMs: number | null;
  readonly reasonUrl: string | null;
}

interface Question {
  readonly name: string;
  readonly certificate: Certificate;
  readonly signal: AbortSignal;
}

async function ask(
  ctx: AcmeContext,
  account: AcmeAccount,
  question: Question,
): Promise<Asked | null> {
  const client = clientFor(ctx, account, question);
  if ((await client.directory()).renewalInfo === undefined) return null;
  const id = await renewalIdOf(question.certificate.certPem);
  const answered = id === null ? null : await client.renewalInfo(id);
  if (!answered) return null;
  const info = RenewalInfo.safeParse(answered.json);
  if (!info.success) throw client.badAnswer(info.error);
  const { suggestedWindow, explanationURL } = info.data;
  const window = { from: new Date(suggestedWindow.start), until: new Date(suggestedWindow.end) };
  // §4.2: a window that ends before it begins is no answer; one after the end would be too late.
  const isUsable = window.from < window.until && window.from < question.certificate.notAfter;
  const againMs = retryAfterMs(answered.answer.headers["retry-after"], ctx.clock.now());
  return { window: isUsable ? window : null, againMs, reasonUrl: explanationURL ?? null };
}

/** 0 … 1, the same for the same id. */
const chanceOf = (id: string): number =>
  createHash("sha256").update(id).digest().readUInt32BE(0) / 2 ** 32;
