/**
 * Publishing without a person who looks at a preview: keys that are rotated on schedule, answers to
 * ACME's dns-01, an MTA-STS id that follows its policy. Reused by engine/certificates and key rotation.
 *
 * Only what the caller names is touched: values it adds, values it takes away; whatever else is in the
 * set stays. Only names within the domain, and only with a credential that is marked for it. What was
 * changed is kept as a publication, so that the page tells of it and a person can undo it.
 */
import type { Pool } from "pg";
import type { Resolver } from "../../lib/mail/ports.ts";
import {
  canonicalValue,
  isWithin,
  sameValues,
  setKey,
  setValues,
  type RecordSet,
  type SetChange,
  type SetType,
  type SetValues,
} from "../../lib/mail/dns/record-sets.ts";
import type { SecretBox } from "../../lib/storage/secret-box.ts";
import {
  domainNameOf,
  findAutomaticCredential,
  noteCredentialUse,
  type CredentialRow,
} from "../../lib/storage/dns-credentials.ts";
import { addAppliedPublication, askForLook } from "../../lib/storage/dns-publications.ts";
import type { Settings } from "../../lib/settings/settings.ts";
import { namesOf } from "./apply.ts";
import { PublishError, reasonOf } from "./error.ts";
import { openProvider } from "./open-provider.ts";
import type { Provider } from "./provider.ts";

/** What publishing needs of an engine: every JobContext has it. */
export interface PublishContext {
  readonly pool: Pool;
  readonly secrets: SecretBox;
  readonly resolver: Resolver;
  readonly settings: Settings;
}

/** One set: values in the spelling of lib/mail/dns/rdata.ts `plainValue` (TXT without quotes). */
export interface PublishChange {
  /** In full, no dot at the end. */
  readonly name: string;
  readonly type: SetType;
  readonly add: readonly string[];
  readonly remove?: readonly string[];
  /** Other TXT values that start so are ours, and outdated: "v=STSv1". */
  readonly removeStartingWith?: string;
  /** For a set that is new; the provider may have a minimum. */
  readonly ttl?: number;
}

/** Where it is to be published: a domain of ours, or (null) a name of the server itself. */
export type PublishScope = string | null;

export interface Published {
  /** Apex of the zone. */
  readonly zone: string;
  /** How many sets were changed: 0 when all was there already. */
  readonly changed: number;
}

const DEFAULT_TTL = 3600;
/** A change that somebody else makes between our reading and our writing: read again, so often. */
const ROUNDS = 3;
const TIMEOUT_MS = 60_000;

/** Whether the server may publish for this domain (or, without one, for `name`) by itself. */
export async function canPublish(
  ctx: PublishContext,
  domainId: PublishScope,
  name?: string,
): Promise<boolean> {
  return (await credentialFor(ctx, domainId, name)) !== null;
}

/**
 * Makes the changes true, or throws a PublishError (a MailError). Resolves when the DNS host has taken
 * them; that the world sees them is for the caller to look at.
 */
export async function publishNow(
  ctx: PublishContext,
  domainId: PublishScope,
  changes: readonly PublishChange[],
  signal: AbortSignal = AbortSignal.timeout(TIMEOUT_MS),
): Promise<Published> {
  const first = changes[0];
  if (!first) return { zone: "", changed: 0 };
  const credential = await credentialFor(ctx, domainId, first.name);
  if (!credential) throw new PublishError("noCredential");
  await refuseForeignNames(ctx, { domainId, credential }, changes);
  const provider = openProvider(ctx, credential);
  try {
    const zone = await provider.zoneOf(first.name, signal);
    const done = await change({ provider, zone, signal }, changes);
    await noteCredentialUse(ctx.pool, credential.id, null);
    if (done.length > 0 && !done.every(isPassing)) {
      const where = { domainId: domainId ?? credential.domainId, credentialId: credential.id };
      await addAppliedPublication(ctx.pool, { ...where, zone, changes: done });
      await askForLook(ctx.pool, domainId);
    }
    return { zone, changed: done.length };
  } catch (error) {
    await noteCredentialUse(ctx.pool, credential.id, reasonOf(error));
    throw error;
  } finally {
    provider.close();
  }
}

/** Answers to ACME (RFC 8555 §8.4) are gone in a minute: nobody looks for them, nobody undoes them. */
const isPassing = ({ name }: SetChange) => name.startsWith("_acme-challenge.");

async function credentialFor(
  { pool }: PublishContext,
  domainId: PublishScope,
  name?: string,
): Promise<CredentialRow | null> {
  const within = name ?? (domainId === null ? null : await domainNameOf(pool, domainId));
  return within === null ? null : findAutomaticCredential(pool, { domainId, name: within });
}

/** A domain's credential changes that domain alone, wherever else it would be let in. */
async function refuseForeignNames(
  { pool }: PublishContext,
  { domainId, credential }: { domainId: PublishScope; credential: CredentialRow },
  changes: readonly PublishChange[],
): Promise<void> {
  for (const id of [domainId, credential.domainId]) {
    if (id === null) continue;
    const domain = await domainNameOf(pool, id);
    const foreign = changes.find(({ name }) => domain === null || !isWithin(name, domain));
    if (foreign) throw new PublishError("noZone", { name: foreign.name });
  }
  const { zones } = credential;
  const beyond = changes.find(({ name }) => !zones.some((zone) => isWithin(name, zone)));
  if (zones.length > 0 && beyond) throw new PublishError("noZone", { name: beyond.name });
}

interface Target {
  readonly provider: Provider;
  readonly zone: string;
  readonly signal: AbortSignal;
}

async function change(
  { provider, zone, signal }: Target,
  wanted: readonly PublishChange[],
): Promise<SetChange[]> {
  for (let round = 1; ; round++) {
    const reading = await provider.read(zone, namesOf(wanted), signal);
    const changes = setChanges(wanted, reading.sets);
    if (changes.length === 0) return [];
    try {
      await reading.write(changes, signal);
      return changes;
    } catch (error) {
      const moved = error instanceof PublishError && error.code === "zoneChanged";
      if (!moved || round === ROUNDS) throw error;
    }
  }
}

/** What has to change so that every wish is true; several wishes for one set are one change. */
export function setChanges(
  wanted: readonly PublishChange[],
  found: readonly RecordSet[],
): SetChange[] {
  const changes = new Map<string, SetChange>();
  for (const wish of wanted) {
    const key = setKey(wish);
    const set = found.find((other) => setKey(other) === key);
    const before = set ? { ttl: set.ttl, values: set.values } : null;
    const current = changes.get(key)?.after ?? (changes.has(key) ? null : before);
    const { name, type } = wish;
    changes.set(key, { name, type, before, after: afterWish(wish, current) });
  }
  return [...changes.values()].filter(({ before, after }) => !sameValues(before, after));
}

function afterWish(wish: PublishChange, current: SetValues | null): SetValues | null {
  const { type, add, remove = [], removeStartingWith: start } = wish;
  const [more, less] = [add, remove].map((list) => list.map((text) => canonicalValue(type, text)));
  const stays = (current?.values ?? []).filter((value) => {
    const outdated = start !== undefined && value.startsWith(start) && !more?.includes(value);
    return !outdated && !less?.includes(value);
  });
  return setValues(current?.ttl ?? wish.ttl ?? DEFAULT_TTL, [...stays, ...(more ?? [])]);
}
