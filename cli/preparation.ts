/**
 * What a start does to the database, in a process that ends: migrations, the one-time set-up token. They
 * need the job queue's and Prisma's code, tens of megabytes that a supervisor would hold for ever.
 */
import { fork } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import { ROOT } from "../lib/settings/settings.ts";
import { ChildFailure } from "./child.ts";

/** What prepare-database.ts says, in this order; "failed" instead of what could not be done. */
export const Message = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("migrated"),
    pending: z.array(z.string()),
    changed: z.array(z.string()),
  }),
  z.object({ type: z.literal("token"), token: z.string().nullable() }),
  z.object({ type: z.literal("failed"), text: z.string(), exitCode: z.number() }),
]);
export type Message = z.infer<typeof Message>;
type Migrated = Omit<Extract<Message, { type: "migrated" }>, "type">;

export interface Preparation {
  readonly migrated: Promise<Migrated>;
  /** Null when there is an operator. Comes later: web and engine need not wait for it. */
  readonly token: Promise<string | null>;
}

export function prepareDatabase(env: NodeJS.ProcessEnv): Preparation {
  const migrated = Promise.withResolvers<Migrated>();
  const token = Promise.withResolvers<string | null>();
  const fail = (error: Error) => {
    migrated.reject(error);
    token.reject(error);
  };
  // A start that fails asks for one of them only.
  for (const { promise } of [migrated, token]) promise.catch(() => undefined);

  const child = fork(join(ROOT, "cli/prepare-database.ts"), { cwd: ROOT, env });
  child.on("message", (value) => {
    const message = Message.parse(value);
    if (message.type === "migrated") migrated.resolve(message);
    else if (message.type === "token") token.resolve(message.token);
    else fail(new ChildFailure(message.text, message.exitCode));
  });
  child.once("error", fail);
  child.once("exit", (code, signal) =>
    fail(new ChildFailure(`The database was not prepared (${signal ?? code}).`, code ?? 1)),
  );
  return { migrated: migrated.promise, token: token.promise };
}
