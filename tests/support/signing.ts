/**
 * A domain whose signing keys the world has seen, without waiting for a look at DNS: for tests that are
 * about something else. How keys get there is tested in tests/keys.
 */
import type { Db } from "../../lib/storage/client.ts";
import { forgetSigners } from "../../lib/storage/dkim-keys.ts";

export async function keysAreSeen(db: Db, domain: string): Promise<void> {
  const now = new Date();
  const { count } = await db.dkimKey.updateMany({
    where: { domain: { name: domain }, state: "publishing" },
    data: { state: "signing", visibleSince: now, signingSince: now, lastSeenAt: now },
  });
  if (count === 0) throw new Error(`${domain} has no keys that wait`);
  await forgetSigners(db);
}
