/** The service layer over a database of its own, and the people who use it. */
import { randomBytes } from "node:crypto";
import { after } from "node:test";
import { cliActor, type Actor, type Role } from "../../lib/service/actor.ts";
import * as domains from "../../lib/service/domains.ts";
import * as mailboxes from "../../lib/service/mailboxes.ts";
import { openWebRuntime, type WebRuntime } from "../../lib/service/web-runtime.ts";
import { createUser } from "../../lib/storage/users.ts";
import { testDatabase } from "./database.ts";

export const PASSWORD = "battery staple nine";

/** Closed when the test file ends. */
export async function testRuntime(): Promise<WebRuntime> {
  const { url } = await testDatabase();
  const runtime = openWebRuntime({
    databaseUrl: url,
    poolSize: 4,
    secretKey: randomBytes(32),
    authSecret: randomBytes(32).toString("hex"),
    hostName: "mail.example.net",
  });
  after(() => runtime.close());
  return runtime;
}

/** A person with one role, as the database knows them. */
export async function person(
  { service }: WebRuntime,
  role: Role,
  domainId: string | null = null,
): Promise<Actor> {
  const email = `${role}-${randomBytes(3).toString("hex")}@people.example`;
  const user = { email, name: role, passwordHash: "-", locale: "en", role, domainId };
  const id = await createUser(service.prisma, user);
  const grants = [{ role, domainId }];
  return { kind: "user", id, name: email, grants, mailbox: null, remoteIp: "192.0.2.1" };
}

export async function newDomain({ service }: WebRuntime, name: string): Promise<string> {
  const result = await domains.createDomain(service, cliActor, { name });
  if (result.outcome !== "done") throw new Error(result.outcome);
  return result.domainId;
}

export async function newMailbox(
  { service }: WebRuntime,
  localPart: string,
  domain: string,
): Promise<string> {
  const limits = { quotaGib: 1, quotaMessages: null };
  const input = { domain, localPart, displayName: "", password: PASSWORD, ...limits };
  const result = await mailboxes.createMailbox(service, cliActor, input);
  if (result.outcome !== "done") throw new Error(result.outcome);
  return result.mailboxId;
}
