/** Credentials for DNS hosts as the console shows them. The secret is sealed, and never selected here. */
import type { Prisma } from "../../prisma/generated/client.ts";
import type { PublishReason } from "../mail/dns/reasons.ts";
import { isWithin } from "../mail/dns/record-sets.ts";
import type { Db } from "./client.ts";

export interface Credential {
  readonly id: string;
  /** Null: of the server, for all domains in `zones` (or all). */
  readonly domainId: string | null;
  readonly provider: string;
  readonly label: string;
  readonly zones: readonly string[];
  readonly settings: unknown;
  readonly automatic: boolean;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly testedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly lastError: PublishReason | null;
}

const columns = {
  id: true,
  domainId: true,
  provider: true,
  label: true,
  zones: true,
  settings: true,
  automatic: true,
  createdAt: true,
  createdBy: true,
  testedAt: true,
  lastUsedAt: true,
  lastError: true,
} as const;
type Row = Prisma.DnsCredentialGetPayload<{ select: typeof columns }>;
const toCredential = ({ lastError, ...row }: Row): Credential => ({
  ...row,
  lastError: toReason(lastError),
});

/** What engine/publish wrote; anything else is nothing. */
export function toReason(json: unknown): PublishReason | null {
  if (typeof json !== "object" || json === null) return null;
  const [key, params]: unknown[] = [Reflect.get(json, "key"), Reflect.get(json, "params")];
  if (!isPublishKey(key) || typeof params !== "object" || params === null) return null;
  const shown = Object.entries(params).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === "string" || typeof entry[1] === "number",
  );
  return { key, params: Object.fromEntries(shown) };
}

const isPublishKey = (key: unknown): key is PublishReason["key"] =>
  typeof key === "string" && key.startsWith("publish.");

/** A domain, or (null) the server itself, whose name is `name`. */
export interface CredentialSubject {
  readonly id: string | null;
  readonly name: string;
}

/** Those of the domain first, then those of the server that may be used for it. */
export async function listCredentials(db: Db, subject: CredentialSubject): Promise<Credential[]> {
  const rows = await db.dnsCredential.findMany({
    where: subject.id === null ? {} : { OR: [{ domainId: subject.id }, { domainId: null }] },
    select: { ...columns, domain: { select: { name: true } } },
    orderBy: { createdAt: "asc" },
  });
  const usable = rows.filter((row) => opens(row, subject));
  const own = usable.filter((row) => row.domainId !== null);
  return [...own, ...usable.filter((row) => row.domainId === null)].map(toCredential);
}

interface Opener {
  readonly domainId: string | null;
  readonly zones: readonly string[];
  readonly domain: { readonly name: string } | null;
}

/** The server's name may lie in a domain of ours: it is the same zone, and that domain's credential opens it. */
function opens({ domainId, zones, domain }: Opener, { id, name }: CredentialSubject): boolean {
  if (domainId === null) return coversName(zones, name);
  return id === null ? domain !== null && coversName([domain.name], name) : domainId === id;
}

const coversName = (zones: readonly string[], name: string) =>
  zones.length === 0 || zones.some((zone) => isWithin(name, zone));

/** One that may be used for the subject; null: none of that id. */
export async function findUsableCredential(
  db: Db,
  id: string,
  subject: CredentialSubject,
): Promise<Credential | null> {
  const select = { ...columns, domain: { select: { name: true } } };
  const row = await db.dnsCredential.findUnique({ where: { id }, select });
  return row && opens(row, subject) ? toCredential(row) : null;
}

export interface NewCredential {
  /** Chosen by the caller: it is part of what the secret is sealed for. */
  readonly id: string;
  readonly domainId: string | null;
  readonly provider: string;
  readonly label: string;
  readonly zones: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  /** Sealed (lib/storage/secret-box.ts). */
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly automatic: boolean;
  readonly privateNetworks: boolean;
  readonly createdBy: string;
}

export async function createCredential(db: Db, credential: NewCredential): Promise<void> {
  const data = {
    ...credential,
    zones: [...credential.zones],
    settings: { ...credential.settings },
  };
  await db.dnsCredential.create({ data, select: { id: true } });
}

export async function deleteCredential(db: Db, id: string): Promise<void> {
  await db.dnsCredential.deleteMany({ where: { id } });
}
