/** A job in the name of an actor: who asked, so that the row is shown to the right people. */
import type { JobOrigin } from "../jobs/job.ts";
import type { Actor } from "./actor.ts";

type About = Pick<JobOrigin, "subject" | "domainId" | "mailboxId">;

export function askedBy(actor: Actor, about: About): JobOrigin {
  const askedById = actor.kind === "user" ? actor.id : null; // the column refers to users
  return { ...about, askedById, askedByName: actor.name };
}
