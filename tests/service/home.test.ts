/** What home counts: the queue, mailboxes, certificates. Of everything one may see, and of nothing else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { newId } from "../../lib/mail/ids.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { getSoonestExpiry } from "../../lib/service/certificates.ts";
import { countMailboxes, firstBareDomain } from "../../lib/service/domains.ts";
import { getQueueSummary } from "../../lib/service/queue.ts";
import { newDomain, newMailbox, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
const ours = await newDomain(runtime, "ours.example");
const theirs = await newDomain(runtime, "theirs.example");
const ann = await newMailbox(runtime, "ann", "ours.example");
const admin = await person(runtime, "domain_admin", ours);
const stranger = await person(runtime, "domain_admin", theirs);
const auditor = await person(runtime, "auditor");

/** A message of a mailbox (null: of the server) to `recipients`, accepted at `createdAt`. */
async function queue(mailboxId: string | null, recipients: number, createdAt: Date): Promise<void> {
  const id = newId();
  const message = {
    id,
    traceId: id,
    mailboxId,
    reversePath: "ann@ours.example",
    size: 1n,
    createdAt,
  };
  await ctx.prisma.queueMessage.create({ data: message });
  const rows = Array.from({ length: recipients }, (_, at) => ({
    ...{ messageId: id, address: `r${at}@far.example`, destination: "far.example" },
    nextAttemptAt: createdAt,
  }));
  await ctx.prisma.queueRecipient.createMany({ data: rows });
}

test("the queue: all that wait, beyond any page, and since when the first", async () => {
  const none = { waiting: 0, oldest: null };
  assert.deepEqual(await getQueueSummary(ctx, admin), none);
  const [early, late] = [new Date("2026-11-26T08:00:00Z"), new Date("2026-11-26T09:00:00Z")];
  await queue(ann, 300, late);
  await queue(null, 1, early);
  assert.deepEqual(await getQueueSummary(ctx, admin), { waiting: 300, oldest: late });
  assert.deepEqual(await getQueueSummary(ctx, stranger), none);
  assert.deepEqual(await getQueueSummary(ctx, auditor), { waiting: 301, oldest: early });
  await ctx.prisma.queueRecipient.updateMany({ data: { state: "delivered", finishedAt: late } });
  assert.deepEqual(await getQueueSummary(ctx, auditor), none);
});

test("mailboxes are counted, and the first domain without one is found, where one may", async () => {
  assert.equal(await countMailboxes(ctx, admin), 1);
  assert.equal(await countMailboxes(ctx, stranger), 0);
  assert.equal(await firstBareDomain(ctx, admin), null);
  assert.equal(await firstBareDomain(ctx, stranger), "theirs.example");
  assert.equal(await firstBareDomain(ctx, cliActor), "theirs.example");
  assert.equal(await firstBareDomain(ctx, auditor), null, "who may not make one is not sent there");
  await ctx.prisma.domain.update({ where: { id: theirs }, data: { mode: "reports" } });
  assert.equal(await firstBareDomain(ctx, cliActor), null, "it keeps no mail here");
});

test("the certificate that ends first: renewed, self-signed and ended ones do not count", async () => {
  const day = (n: number) => new Date(Date.now() + n * 86_400_000);
  const add = (names: string[], source: string, [from, until]: [number, number]) =>
    ctx.prisma.certificate.create({
      data: {
        ...{ names, source, chainPem: "", privateKey: new Uint8Array() },
        ...{ notBefore: day(from), notAfter: day(until) },
      },
    });
  assert.equal(await getSoonestExpiry(ctx, auditor), null);
  await add(["self.example"], "self-signed", [-1, 1]);
  await add(["gone.example"], "acme", [-90, -1]);
  await add(["mx.example"], "acme", [-80, 10]);
  await add(["mx.example"], "acme", [-1, 89]);
  await add(["late.example"], "uploaded", [-1, 300]);
  assert.equal((await getSoonestExpiry(ctx, auditor))?.name, "mx.example");
  await add(["www.example", "soon.example"], "acme", [-70, 20]);
  await add(["www.example"], "acme", [-1, 89]);
  assert.equal((await getSoonestExpiry(ctx, auditor))?.name, "soon.example");
  assert.equal(await getSoonestExpiry(ctx, admin), null, "the server is not a domain's");
});
