/** Aliases, groups, forwards and the catch-all of a domain: one kind of row. */
import type { AliasRef, NewAlias } from "../schemas/forms.ts";
import * as store from "../storage/aliases.ts";
import type { Alias } from "../storage/aliases.ts";
import { findDomain, lockNames, type Domain } from "../storage/domains.ts";
import { findMailboxByName } from "../storage/mailboxes.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { can } from "./permissions.ts";

export interface AliasList {
  readonly domain: Domain;
  readonly rows: readonly Alias[];
  readonly next: string | null;
  readonly mayWrite: boolean;
}

export async function listAliases(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
  page: { search?: string; after?: string; limit?: number } = {},
): Promise<AliasList | null> {
  const domain = await findDomain(ctx.prisma, name);
  if (!domain || !can(actor, "alias.read", domain.id)) return null;
  const { search = "", after = "", limit = 50 } = page;
  const asked = { search: search.toLowerCase(), after, limit: limit + 1 };
  const found = await store.listAliases(ctx.prisma, domain.id, asked);
  const rows = found.slice(0, limit);
  return {
    domain,
    rows,
    next: found.length > limit ? (rows.at(-1)?.localPart ?? null) : null,
    mayWrite: can(actor, "alias.write", domain.id),
  };
}

export type CreateAliasOutcome =
  | { readonly outcome: "done"; readonly aliasId: string; readonly address: string }
  | { readonly outcome: "notFound" | "taken" | "toItself" };

export async function createAlias(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, localPart, targets }: NewAlias,
): Promise<CreateAliasOutcome> {
  return transact(ctx, async (tx) => {
    const domain = await findDomain(tx, name);
    if (!domain || !can(actor, "alias.write", domain.id)) return { outcome: "notFound" };
    const address = `${localPart}@${domain.name}`;
    if (targets.some((target) => target.toLowerCase() === address)) return { outcome: "toItself" };
    await lockNames(tx, domain.id);
    if (await findMailboxByName(tx, domain.id, localPart)) return { outcome: "taken" };
    const aliasId = await store.createAlias(tx, { domainId: domain.id, localPart, targets });
    if (aliasId === null) return { outcome: "taken" };
    await audit(tx, actor, {
      action: "alias.create",
      subject: address,
      domainId: domain.id,
      changes: { targets: [null, targets] },
    });
    return { outcome: "done", aliasId, address };
  });
}

export async function deleteAlias(
  ctx: ServiceContext,
  actor: Actor,
  { aliasId }: AliasRef,
): Promise<"done" | "notFound"> {
  return transact(ctx, async (tx) => {
    const alias = await store.findAlias(tx, aliasId);
    if (!alias || !can(actor, "alias.write", alias.domainId)) return "notFound";
    await store.deleteAlias(tx, alias.id);
    await audit(tx, actor, {
      action: "alias.delete",
      subject: alias.localPart,
      domainId: alias.domainId,
      changes: { targets: [alias.targets, null] },
    });
    return "done";
  });
}
