import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { bytesSource } from "../../lib/mail/byte-source.ts";
import type { DnsAnswer, Resolver } from "../../lib/mail/ports.ts";
import { authenticateMessage } from "./authenticate.ts";
import type { SmtpSession, Transaction } from "./state.ts";

const forged = bytesSource(Buffer.from("From: boss@strict.example\r\nSubject: pay\r\n\r\nnow\r\n"));

const answer = <T>(records: readonly T[]): DnsAnswer<T> => ({
  ...{ rcode: records.length > 0 ? "NOERROR" : "NXDOMAIN", records },
  ...{ authenticated: false, ttl: 60, from: "test" },
});

/** Knows that strict.example wants refusal; never answers for silent.example. */
const resolver = {
  query(name: string, type: string) {
    if (name.endsWith("silent.example")) return new Promise(() => undefined);
    if (type !== "TXT") return Promise.resolve(answer([]));
    const text = name === "_dmarc.strict.example" ? ["v=DMARC1; p=reject"] : [];
    return Promise.resolve(answer(text));
  },
};

function sessionOf(signal: AbortSignal): SmtpSession {
  const session = {
    log: pino({ level: "silent" }),
    helo: "client.example",
    connection: { remoteAddress: "192.0.2.1", signal },
    ctx: { settings: { mailHostname: "mx.posthorn.test" }, resolver: resolver as Resolver },
  };
  return session as unknown as SmtpSession; // all that the checks look at
}

const from = (domain: string) => ({ reversePath: { local: "x", domain } }) as Transaction;
const alive = new AbortController().signal;

test("who hangs up after the dot is checked like everybody: a forgery stays one", async () => {
  for (const signal of [alive, AbortSignal.abort(new Error("the peer is gone"))]) {
    const context = { session: sessionOf(signal), seal: null };
    const { verdict } = await authenticateMessage(forged, from("other.example"), context);
    assert.equal(verdict.disposition, "refuse");
  }
});

test("who makes the checks wait is asked to come again, not let in", async () => {
  const context = { session: sessionOf(alive), seal: null, budgetMs: 50 };
  await assert.rejects(authenticateMessage(forged, from("silent.example"), context), {
    kind: "unavailable",
  });
});
