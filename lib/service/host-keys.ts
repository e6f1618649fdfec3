/**
 * The host's keys: what is published and shown of them, and replacing the current one on purpose. The
 * next key is prepared, cancelled and switched to here, by operators; engines publish, look and wait
 * (lib/mail/dns/host-key-life.ts).
 */
import { enqueue } from "../jobs/job.ts";
import { hostKeyAdvance } from "../jobs/definitions/host-key-advance.ts";
import { certificateRequest } from "../mail/certificate-request.ts";
import { generateHostKey, privatePemOf } from "../mail/host-key.ts";
import { switchWord, type SwitchWord } from "../mail/dns/host-key-life.ts";
import type { PrepareHostKey } from "../schemas/host-keys.ts";
import type { Db } from "../storage/client.ts";
import type { CertificateMaker } from "../storage/host-key-life.ts";
import * as store from "../storage/host-key-list.ts";
import type { HostKeyView } from "../storage/host-key-list.ts";
import type { SeenTlsa } from "../storage/host-key-memory.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { askedBy } from "./job-origin.ts";
import { can } from "./permissions.ts";
import { getHostName } from "./server-identity.ts";

export interface HostKeys {
  readonly hostName: string;
  readonly keys: readonly HostKeyView[];
  readonly memory: SeenTlsa | null;
  readonly maker: CertificateMaker;
  /** A certificate is shown that was made with none of these keys. */
  readonly strange: boolean;
  /** Of the next key; null: there is none. */
  readonly word: SwitchWord | null;
}

/** Nothing of it is secret: all of it is, or will be, in DNS. */
export async function readHostKeys(ctx: ServiceContext, db: Db = ctx.prisma): Promise<HostKeys> {
  const hostName = await getHostName(ctx, db);
  const [keys, memory, maker, strange] = await Promise.all([
    store.listHostKeys(db),
    store.getTlsaSeen(db),
    store.getCertificateMaker(db, hostName),
    store.showsStrangeKey(db, hostName),
  ]);
  const next = keys.find(({ state }) => state === "next");
  const word = next ? switchWord({ next, keys, memory, now: new Date() }) : null;
  return { hostName, keys, memory, maker, strange, word };
}

export async function getHostKeys(ctx: ServiceContext, actor: Actor): Promise<HostKeys | null> {
  return can(actor, "server.read", null) ? readHostKeys(ctx) : null;
}

/**
 * For an authority of one's own: the certificate that it makes can be uploaded without a key. Null: not
 * allowed, no such key, or it was sealed with another secret.
 */
export async function requestCertificate(
  ctx: ServiceContext,
  actor: Actor,
  wanted: "current" | "next",
): Promise<string | null> {
  if (!can(actor, "server.write", null)) return null;
  const { keys, hostName } = await readHostKeys(ctx);
  const key = keys.find(({ state }) => state === wanted);
  const opened = key && (await store.openHostKey(ctx.prisma, ctx.secrets, key.id));
  return opened ? certificateRequest([hostName], privatePemOf(opened)) : null;
}

export async function prepareHostKey(
  ctx: ServiceContext,
  actor: Actor,
  { algorithm }: PrepareHostKey,
): Promise<"done" | "notAllowed" | "underWay"> {
  if (!can(actor, "server.write", null)) return "notAllowed";
  const pair = await generateHostKey(algorithm); // RSA takes a while: outside of the transaction
  return transact(ctx, async (tx) => {
    await store.lockHostKeys(tx);
    const keys = await store.listHostKeys(tx);
    if (keys.some(({ state }) => state === "next")) return "underWay";
    await store.createHostKey(tx, ctx.secrets, { pair, state: "next" });
    await tell(ctx, tx, { actor, action: "hostKey.prepare", changes: { next: [null, algorithm] } });
    return "done";
  });
}

/** Its TLSA is taken away, and nothing has happened: it was never shown. */
export async function cancelHostKey(
  ctx: ServiceContext,
  actor: Actor,
): Promise<"done" | "notAllowed" | "none"> {
  if (!can(actor, "server.write", null)) return "notAllowed";
  return transact(ctx, async (tx) => {
    await store.lockHostKeys(tx);
    const next = (await store.listHostKeys(tx)).find(({ state }) => state === "next");
    if (!next) return "none";
    const now = new Date();
    const end = { readyAt: null, retiredAt: now, releasedAt: now } as const;
    await store.setHostKey(tx, next.id, { state: "retired", ...end });
    const changes = { next: [next.algorithm, null] } as const;
    await tell(ctx, tx, { actor, action: "hostKey.cancel", changes });
    return "done";
  });
}

export type SwitchOutcome =
  /** "unpublished": no TLSA is there that a sender could hold against it, so nothing was waited for. */
  | { readonly outcome: "done"; readonly why: "visible" | "unpublished" }
  /** "person": the certificate was brought by hand; one for the next key has to be brought. */
  | { readonly outcome: "notAllowed" | "none" | "person" | "notLooked" | "notVisible" }
  | { readonly outcome: "tooEarly"; readonly at: Date };

/** The certificate is made anew with the next key, now; from then on it is the current one. */
export async function switchHostKey(ctx: ServiceContext, actor: Actor): Promise<SwitchOutcome> {
  if (!can(actor, "server.write", null)) return { outcome: "notAllowed" };
  return transact<SwitchOutcome>(ctx, async (tx) => {
    await store.lockHostKeys(tx);
    const { keys, word, maker, hostName } = await readHostKeys(ctx, tx);
    const next = keys.find(({ state }) => state === "next");
    if (!next || !word) return { outcome: "none" };
    if (maker === "person") return { outcome: "person" };
    if (!word.may) {
      if (word.why === "tooEarly") return { outcome: "tooEarly", at: word.at };
      return { outcome: word.why };
    }
    await store.setHostKey(tx, next.id, { readyAt: next.readyAt ?? new Date() });
    if (maker === "authority") await store.hurryHostCertificate(tx, hostName);
    const current = keys.find(({ state }) => state === "current")?.algorithm ?? null;
    const changes = { current: [current, next.algorithm], why: [null, word.why] } as const;
    await tell(ctx, tx, { actor, action: "hostKey.switch", changes });
    return { outcome: "done", why: word.why };
  });
}

interface Told {
  readonly actor: Actor;
  readonly action: string;
  readonly changes: Record<string, readonly [before: unknown, after: unknown]>;
}

/** Engines look at once: nobody waits for the next pass. */
async function tell(ctx: ServiceContext, tx: Db, { actor, action, changes }: Told): Promise<void> {
  const subject = await getHostName(ctx, tx);
  await audit(tx, actor, { action, subject, changes });
  await askForHostKeys(ctx, tx, actor);
}

export async function askForHostKeys(ctx: ServiceContext, tx: Db, actor: Actor): Promise<void> {
  const subject = await getHostName(ctx, tx);
  await enqueue(tx, hostKeyAdvance, {}, askedBy(actor, { subject }));
}
