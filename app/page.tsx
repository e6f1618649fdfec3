import { redirect } from "next/navigation";
import { getSignedIn } from "@/lib/dal/session.ts";

/** Everybody's start: people with roles go home, mailboxes to themselves. */
export default async function StartPage() {
  const me = await getSignedIn();
  if (!me) redirect("/sign-in");
  redirect(me.actor.mailbox ? "/me" : "/home");
}
