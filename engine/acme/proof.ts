/**
 * Answers to challenges: over HTTP and in the TLS handshake by a row that web processes answer from
 * (server/acme-http.ts, server/acme-tls.ts), in DNS by publishing at the DNS host (RFC 8555 §8.4). Each is
 * taken away when the authority has looked.
 */
import type { AcmeMethod } from "../../lib/mail/acme/authorities.ts";
import { dnsAnswer } from "../../lib/mail/acme/token.ts";
import { offerAnswer, withdrawAnswer } from "../../lib/storage/acme-challenges.ts";
import { readServerProfile } from "../../lib/storage/server-profile.ts";
import { canPublish, publishNow } from "../publish/publish.ts";
import type { AcmeContext } from "./context.ts";
import { AcmeError } from "./error.ts";
import { whyUnanswered } from "./self-test.ts";

export interface Subject {
  readonly name: string;
  readonly domainId: string | null;
}

export interface Answering extends Subject {
  readonly method: AcmeMethod;
  readonly token: string;
  readonly keyAuthorization: string;
  readonly signal: AbortSignal;
  log(text: string): Promise<void>;
}

/** Authorities fetch from here (RFC 8555 §8.3): nothing else can be agreed. */
const HTTP_PORT = 80;
/** Web processes make their certificate when they hear of the row; over HTTP they look when asked. */
const TOLD_MS = 1_000;
const SHORT_TTL = 60;
/** Secondaries learn of a change within seconds. */
const SEEN_MS = 60_000;
const LOOK_EVERY_MS = 2_000;

const recordOf = (name: string) => `_acme-challenge.${name}`;

/** Which of the account's methods can be used for this name. */
export async function usableMethods(
  ctx: AcmeContext,
  methods: readonly AcmeMethod[],
  { name, domainId }: Subject,
): Promise<AcmeMethod[]> {
  const publishes = methods.includes("dns-01") && (await canPublish(ctx, domainId, recordOf(name)));
  return methods.filter((method) => method !== "dns-01" || publishes);
}

/** Resolves when the answer is there to be looked at; call what it answers with when that is over. */
export async function offer(ctx: AcmeContext, answering: Answering): Promise<() => Promise<void>> {
  const { method, token, name, keyAuthorization } = answering;
  if (method === "dns-01") return offerInDns(ctx, answering);
  await offerAnswer(ctx.pool, { token, name, kind: method, keyAuthorization });
  if (method === "http-01") await selfTest(ctx, answering);
  else await ctx.clock.sleep(TOLD_MS, answering.signal);
  return () => withdrawAnswer(ctx.pool, token);
}

async function selfTest(ctx: AcmeContext, answering: Answering): Promise<void> {
  const { name, signal, log } = answering;
  const server = await readServerProfile(ctx.pool, ctx.settings.mailHostname);
  const [four, six] = await Promise.all([
    ctx.observer.ask(name, "A", signal),
    ctx.observer.ask(name, "AAAA", signal),
  ]);
  const ours = new Set([...server.ipv4, ...server.ipv6]);
  for (const address of [...four.records, ...six.records].filter((one) => ours.has(one))) {
    const why = await whyUnanswered(address, { ...answering, port: HTTP_PORT });
    await log(
      why === null
        ? `Self-test: ${address} answers the challenge`
        : `Self-test: ${why}; seen from outside it may be otherwise`,
    );
  }
}

async function offerInDns(ctx: AcmeContext, answering: Answering): Promise<() => Promise<void>> {
  const { name, domainId, keyAuthorization, log } = answering;
  const record = { name: recordOf(name), type: "TXT", ttl: SHORT_TTL } as const;
  const value = dnsAnswer(keyAuthorization);
  const takeAway = async () => {
    await publishNow(ctx, domainId, [{ ...record, add: [], remove: [value] }]);
  };
  try {
    const { zone } = await publishNow(ctx, domainId, [{ ...record, add: [value] }]);
    await log(`${record.name} TXT is published in the zone ${zone}`);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : "";
    throw new AcmeError("publish", { text }, { cause });
  }
  try {
    await waitUntilSeen(ctx, answering, value);
  } catch (error) {
    await takeAway();
    throw error;
  }
  return takeAway;
}

/** An authority that looks too early remembers that nothing was there. */
async function waitUntilSeen(
  ctx: AcmeContext,
  { name, signal, log }: Answering,
  value: string,
): Promise<void> {
  const end = ctx.clock.now().getTime() + SEEN_MS;
  for (;;) {
    const { sights } = await ctx.observer.look(recordOf(name), "TXT", signal);
    const said = sights.filter(({ view, rcode }) => view === "authority" && rcode !== "TIMEOUT");
    const those = said.length > 0 ? said : sights;
    if (those.length > 0 && those.every(({ records }) => records.includes(value)))
      return log("All name servers show it");
    if (ctx.clock.now().getTime() >= end) return log("Not all name servers show it yet");
    await ctx.clock.sleep(LOOK_EVERY_MS, signal);
  }
}
