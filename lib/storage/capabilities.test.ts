/** One domain judged by lib/mail/dns/capabilities.ts, many by SQL: the same, whatever the checks say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededFractions } from "../../tests/support/random.ts";
import { testRuntime } from "../../tests/support/service.ts";
import { capabilitiesOf, CORE } from "../mail/dns/capabilities.ts";
import { VERDICTS, type CheckKind } from "../mail/dns/check.ts";
import { GROUPS } from "../mail/dns/record.ts";
import { newId } from "../mail/ids.ts";
import { readMatrix, type MatrixPage } from "./capabilities.ts";
import { listChecks } from "./dns-checks.ts";

const { service } = await testRuntime();
const { prisma } = service;

const random = seededFractions(20261126);
function pick<T>(all: readonly T[]): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error("nothing to pick from");
  return one;
}

const NEEDS = ["required-receive", "required-send", "recommended", "optional"] as const;
const KINDS: readonly CheckKind[] = [...Object.values(CORE).flat(), "hostCaa", "tlsReports"];
const POLICIES = [{}, { policy: "none" }, { policy: "reject" }] as const;
const TESTS = [{}, { testing: true }, { testing: false }] as const;

/** Most are right, so that the rarer states come about too. */
const verdict = () => (random() < 0.6 ? "ok" : pick(VERDICTS));

function checkOf(domainId: string | null, at: number) {
  const now = new Date();
  const group = pick(GROUPS);
  const kind = pick(random() < 0.7 ? CORE[group] : KINDS);
  return {
    ...{ domainId, key: `${kind}:${at}`, kind, verdict: verdict(), scope: "domain", group },
    ...{ name: "x", need: pick(NEEDS), type: "TXT", reasons: [], expected: [], found: [] },
    ...{ answers: [], ackFound: [], firstAskedAt: now, changedAt: now, checkedAt: now },
    // One DMARC record is judged per domain.
    facts: { ...pick(POLICIES), ...pick(TESTS) },
  };
}

async function domainsNamed(names: readonly string[]): Promise<string[]> {
  const data = names.map((name) => ({ id: newId(), name, mtaStsId: "1" }));
  await prisma.domain.createMany({ data });
  return data.map(({ id }) => id);
}

const ALL: MatrixPage = { allowed: "all", sort: "worst", after: "", limit: 10_000 };
const lacks = { ok: 0, off: 0, part: 1, unknown: 10, waiting: 100, broken: 1000 } as const;

test("SQL and the rules for one domain agree, over four hundred random domains", async () => {
  const names = Array.from({ length: 400 }, (_, at) => `r${at}.example`);
  const ids = await domainsNamed(names);
  const seen = new Set<string>();
  for (const host of [[], [checkOf(null, 1), checkOf(null, 2)]]) {
    await prisma.dnsCheck.deleteMany({});
    const own = ids.flatMap((id) => {
      const checks = Array.from({ length: Math.floor(random() * 9) }, (_, at) => checkOf(id, at));
      const first = checks.findIndex(({ kind }) => kind === "dmarc");
      return checks.filter(({ kind }, at) => kind !== "dmarc" || at === first);
    });
    await prisma.dnsCheck.createMany({ data: [...own, ...host.filter((c) => c.kind !== "dmarc")] });
    const server = await listChecks(prisma, null);
    const { rows, counts } = await readMatrix(prisma, ALL);
    assert.equal(rows.length, names.length);
    const tally = { healthy: 0, part: 0, unknown: 0, waiting: 0, attention: 0, unseen: 0 };
    let before = Infinity;
    for (const { id, name, states } of rows) {
      const checks = await listChecks(prisma, id);
      if (checks.length === 0) assert.equal(states, null, name);
      const expected = capabilitiesOf([...checks, ...server], name);
      const one = Object.fromEntries(expected.map(({ group, state: is }) => [group, is]));
      if (states) assert.deepEqual(states, one, JSON.stringify(checks));
      const weight = states
        ? Object.values(states).reduce((sum, is) => sum + lacks[is], 0)
        : 5 * lacks.waiting;
      assert.ok(weight <= before, "the worst come first");
      before = weight;
      const rank = (["broken", "waiting", "unknown", "part"] as const).find((is) =>
        Object.values(states ?? {}).includes(is),
      );
      const is = rank === "broken" ? "attention" : (rank ?? "healthy");
      tally[states === null ? "unseen" : is]++;
      for (const one of Object.values(states ?? {})) seen.add(one);
    }
    assert.deepEqual(counts, { total: names.length, ...tally });
  }
  assert.equal(seen.size, 6, `all states came about: ${[...seen].join()}`);
  await prisma.domain.deleteMany({});
});

test("pages follow each other by key in either order, each domain once, only those that are allowed", async () => {
  const ids = await domainsNamed(["a.example", "b.example", "c.example", "d.example", "e.example"]);
  const data = ids.slice(1, 4).map((id, at) => {
    const check = { ...checkOf(id, at), group: "receive", kind: "mx", need: "required-receive" };
    return { ...check, verdict: at === 1 ? "missing" : "ok" };
  });
  await prisma.dnsCheck.createMany({ data });
  const allowed = ids.slice(0, 4);
  for (const sort of ["worst", "name"] as const) {
    const names: string[] = [];
    let after: string | null = "";
    while (after !== null) {
      const page: Awaited<ReturnType<typeof readMatrix>> = await readMatrix(prisma, {
        ...{ allowed, sort, after, limit: 2 },
      });
      assert.equal(page.counts.total, 4, "counts are of all, on each page");
      names.push(...page.rows.map(({ name }) => name));
      after = page.next;
    }
    const worst = ["c.example", "a.example", "b.example", "d.example"];
    assert.deepEqual(names, sort === "worst" ? worst : worst.toSorted());
  }
  for (const after of ["nonsense", "7:", ":", "99999999999:x", "-1:x"])
    await readMatrix(prisma, { ...ALL, after });
  await prisma.domain.updateMany({
    where: { name: "c.example" },
    data: { disabledAt: new Date() },
  });
  const { counts } = await readMatrix(prisma, { ...ALL, allowed });
  assert.deepEqual([counts.total, counts.attention], [3, 0], "what is switched off does not count");
  const alarm = { verdict: "changed", before: [], after: [], reasons: [], openedAt: new Date() };
  await prisma.alarm.create({ data: { domainId: ids[0] ?? "", key: "x", kind: "x", ...alarm } });
  const alarmed = (await readMatrix(prisma, { ...ALL, allowed })).counts;
  assert.deepEqual([alarmed.attention, alarmed.unseen], [1, 0], "an alarm needs attention");
  const none = await readMatrix(prisma, { ...ALL, allowed: [] });
  assert.deepEqual([none.counts.total, none.rows], [0, []]);
});

test("two thousand domains with twenty checks each are counted and ordered in half a second", async () => {
  await domainsNamed(Array.from({ length: 2_000 }, (_, at) => `m${at}.example`));
  await prisma.$executeRaw`
    INSERT INTO dns_check (id, domain_id, key, kind, scope, "group", need, name, type, verdict, reasons,
      expected, found, answers, facts, first_asked_at, changed_at, checked_at, ack_found)
    SELECT gen_random_uuid(), d.id, 'k' || n, 'mx', 'domain', 'receive', 'required-receive', d.name, 'MX',
      CASE WHEN d.name = 'm1999.example' THEN 'missing' ELSE 'ok' END, '[]', '{}', '{}', '[]', '{}',
      now(), now(), now(), '{}'
    FROM domain d, generate_series(1, 20) n WHERE d.name LIKE 'm%'`;
  await prisma.$executeRaw`ANALYZE dns_check`;
  const began = performance.now();
  const { counts, rows } = await readMatrix(prisma, { ...ALL, limit: 25 });
  const ms = performance.now() - began;
  assert.ok(counts.total > 2_000 && counts.attention >= 1);
  assert.equal(rows[0]?.name, "m1999.example", "beyond two hundred, too");
  assert.ok(ms < 500, `${Math.round(ms)} ms`);
});
