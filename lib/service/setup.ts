/**
 * First run: until an operator exists, whoever holds the token that the server printed may become one.
 * The token is kept as its SHA-256, compared in constant time, and spent in the transaction that makes
 * the operator: of two who race with it, one gets "badToken".
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { SetUp } from "../schemas/forms.ts";
import { getSetting, setSetting, takeSetting } from "../storage/settings.ts";
import { createUser, findUserSecret, operatorExists } from "../storage/users.ts";
import { userActor, type Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { can } from "./permissions.ts";
import { hashPassword } from "../mail/password.ts";

const KEY = "setup.token";
/** 128 bits: cannot be guessed, still fits one line of a terminal. */
const TOKEN_BYTES = 16;

const digest = (token: string) => createHash("sha256").update(token).digest();

export const needsSetUp = async (ctx: ServiceContext) => !(await operatorExists(ctx.prisma));

/** A fresh token to print (older ones stop counting), or null when there is an operator. */
export async function issueSetUpToken(ctx: ServiceContext): Promise<string | null> {
  if (!(await needsSetUp(ctx))) return null;
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  await setSetting(ctx.prisma, KEY, digest(token).toString("hex"));
  return token;
}

/** For the page: is this the token? Does not spend it. */
export async function isSetUpToken(ctx: ServiceContext, token: string): Promise<boolean> {
  const kept = await getSetting(ctx.prisma, KEY);
  const expected = Buffer.from(typeof kept === "string" ? kept : "", "hex");
  const given = digest(token);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** Makes the first operator. */
export async function setUp(
  ctx: ServiceContext,
  input: SetUp,
  remoteIp: string | null,
): Promise<"done" | "badToken" | "alreadyDone"> {
  if (!(await needsSetUp(ctx))) return "alreadyDone";
  if (!(await isSetUpToken(ctx, input.token))) return "badToken";
  const passwordHash = await hashPassword(input.password);
  return transact(ctx, async (tx) => {
    if (!(await takeSetting(tx, KEY))) return "badToken";
    const { email, name, language } = input;
    const role = "operator" as const;
    const user = { email, name, passwordHash, locale: language, role, domainId: null };
    const id = await createUser(tx, user);
    const actor = userActor({ id, email, grants: [{ role, domainId: null }] }, remoteIp);
    await audit(tx, actor, { action: "operator.created", subject: email });
    return "done";
  });
}

export type NewOperator = Omit<SetUp, "token">;

/** A further operator, made by one (or on the server's shell: then the set-up token is spent too). */
export async function createOperator(
  ctx: ServiceContext,
  actor: Actor,
  { email, name, password, language }: NewOperator,
): Promise<"done" | "taken" | "notAllowed"> {
  if (!can(actor, "server.write", null)) return "notAllowed";
  const passwordHash = await hashPassword(password);
  return transact(ctx, async (tx) => {
    if (await findUserSecret(tx, email)) return "taken";
    const role = "operator" as const;
    await createUser(tx, { email, name, passwordHash, locale: language, role, domainId: null });
    await takeSetting(tx, KEY);
    await audit(tx, actor, { action: "operator.created", subject: email });
    return "done";
  });
}
