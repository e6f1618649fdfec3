/**
 * A watched domain in front of real DNS packets: two authoritative servers reached from a root of ours, a
 * resolver beside them, all answering from one zone object that tests change; the real engine; an operator
 * who reads mail here.
 */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { cliActor } from "../../lib/service/actor.ts";
import { getDomainChecks, type DnsCheckView } from "../../lib/service/dns-checks.ts";
import { createUser } from "../../lib/storage/users.ts";
import { WATCH_CHANNEL } from "../../lib/storage/dns-channels.ts";
import { at, startAuthorities, type Authorities } from "../support/authority.ts";
import { zoneFrom } from "../support/dns-published.ts";
import { startDnsServer, type DnsServerForTests, type Zone } from "../support/dns-server.ts";
import { startTestEngine, type TestEngine } from "../support/engine.ts";

export const DOMAIN = "ours.example";
export const OPERATOR = `mei@${DOMAIN}`;

export interface WatchWorld {
  readonly zone: Zone;
  readonly authorities: Authorities;
  readonly resolver: DnsServerForTests;
  readonly engine: TestEngine;
  readonly domainId: string;
  /** Puts all that is expected into the zone. */
  publish(): Promise<void>;
  /** Has the domain looked at, and answers its checks by key; fails when nobody does within `ms`. */
  look(ms?: number): Promise<Map<string, DnsCheckView>>;
  /** As if what is suspected had been so for a while. */
  age(minutes: number): Promise<void>;
  /** Messages in the operator's INBOX, oldest first, once there are as many. */
  mails(count: number): Promise<string[]>;
  settings(): Parameters<typeof startTestEngine>[0];
  stop(): Promise<void>;
}

/** On a busy machine; usually a tenth of a second. */
const LOOK_MS = 10_000;
const SERVERS = ["ns1.ours.example", "ns2.ours.example"];

export async function startWatchWorld(): Promise<WatchWorld> {
  const zone: Zone = {};
  const base: Zone = {
    [DOMAIN]: { NS: SERVERS },
    "ns1.ours.example": { A: [at("one")] },
    "ns2.ours.example": { A: [at("two")] },
    "mx.posthorn.test": { A: ["127.0.0.1"] },
  };
  Object.assign(zone, structuredClone(base));
  const host: Zone = { "mx.posthorn.test": { A: ["127.0.0.1"] } };
  const authorities = await startAuthorities({
    root: {
      ".": {
        example: { NS: ["ns.example"] },
        "ns.example": { A: [at("tld")] },
        test: { NS: ["ns.test"] },
        "ns.test": { A: [at("tld")] },
      },
    },
    tld: {
      example: {
        [DOMAIN]: { NS: SERVERS },
        "ns1.ours.example": { A: [at("one")] },
        "ns2.ours.example": { A: [at("two")] },
      },
      test: host,
    },
    one: { [DOMAIN]: zone },
    two: { [DOMAIN]: zone },
  });
  const resolver = await startDnsServer(zone);
  const settings = () => ({
    settings: {
      dns: {
        ...{ servers: [resolver.address], trusted: true },
        ...{ roots: [authorities.root.address], authorityPort: authorities.port },
      },
      ...{ deliverToPrivateNetworks: true, dnsWatch: true, smtpDeliveryPort: 1 },
    },
  });
  const engine = await startTestEngine({ mailboxes: [OPERATOR], ...settings() });
  const { prisma } = engine.services;
  const { pool } = engine.engine.storage;
  const person = { email: OPERATOR, name: "Mei", passwordHash: "-", locale: "en" };
  await createUser(prisma, { ...person, role: "operator", domainId: null });
  const domain = await prisma.domain.findUniqueOrThrow({ where: { name: DOMAIN } });

  const view = async () => {
    const found = await getDomainChecks(engine.services, cliActor, DOMAIN);
    assert.ok(found);
    return found;
  };
  const inbox = async () => {
    const { store } = engine.engine.ctx;
    const folder = await store.openFolder(await engine.mailboxId(OPERATOR), "INBOX");
    const texts: string[] = [];
    for (let row = 0; row < folder.count; row++) {
      const chunks: Buffer[] = [];
      for await (const chunk of store.readBlob(folder.blobAt(row))) chunks.push(chunk);
      texts.push(Buffer.concat(chunks).toString());
    }
    folder.close();
    return texts;
  };
  return {
    ...{ zone, authorities, resolver, engine, domainId: domain.id, settings },
    async publish() {
      const { records } = await view();
      const published = zoneFrom(records.filter(({ need }) => need !== "optional"));
      for (const name of Object.keys(zone)) delete zone[name];
      for (const part of [structuredClone(base), published])
        for (const [name, node] of Object.entries(part)) zone[name] = { ...zone[name], ...node };
      for (const name of ["one", "two"]) authorities.one(name).serial += 1;
    },
    async look(ms = LOOK_MS) {
      const began = new Date();
      for (const end = Date.now() + ms; Date.now() < end;) {
        // Again and again: a look that ends just now plans the next one for later.
        const asked = await pool.query(
          `update dns_watch set next_at = now()
           where domain_id = $1 and next_at > now() and (checked_at is null or checked_at <= $2)`,
          [domain.id, began],
        );
        if (asked.rowCount !== 0)
          await pool.query(`select pg_notify('${WATCH_CHANNEL}', '- look')`);
        const found = await view();
        if (found.watch?.checkedAt && found.watch.checkedAt > began && !found.watch.running)
          return new Map(found.checks.map((check) => [check.key, check]));
        await delay(50);
      }
      throw new Error("nobody looked");
    },
    async age(minutes) {
      await pool.query(
        `update dns_check set suspect_since = suspect_since - make_interval(mins => $2)
         where domain_id = $1`,
        [domain.id, minutes],
      );
    },
    async mails(count) {
      for (const end = Date.now() + LOOK_MS; Date.now() < end; await delay(50)) {
        const texts = await inbox();
        if (texts.length >= count) return texts;
      }
      throw new Error(`there are no ${count} mails`);
    },
    async stop() {
      await engine.stop();
      await resolver.close();
      await authorities.close();
    },
  };
}
