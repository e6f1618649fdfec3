/** The domain whose signing keys an actor may change; null is "absent or forbidden". */
import type { Db } from "../storage/client.ts";
import { findDomain, lockNames, type Domain } from "../storage/domains.ts";
import type { Actor } from "./actor.ts";
import { can } from "./permissions.ts";

/** Locked until the transaction ends: engines move the same keys on. */
export async function lockForKeys(tx: Db, actor: Actor, name: string): Promise<Domain | null> {
  const domain = await findDomain(tx, name);
  if (!domain || !can(actor, "dkim.write", domain.id)) return null;
  await lockNames(tx, domain.id);
  return domain;
}
