/** The kept checks that speak of a domain's policies. */
import type { Db } from "./client.ts";

const KINDS = [
  ...["mx", "dmarc", "dmarcReports", "mtaStsHost", "mtaStsPolicy", "stsPolicy", "smtpTls"],
  ...["tlsReports", "hostTlsa", "zone"],
];

export interface PolicyEvidence {
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly verdict: string;
  readonly reasons: readonly StoredReason[];
  readonly found: readonly string[];
  readonly lastOkAt: Date | null;
  readonly checkedAt: Date;
  readonly facts: unknown;
}

interface StoredReason {
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/** Of the domain; with null, of the server itself. */
export async function listPolicyEvidence(
  db: Db,
  domainId: string | null,
): Promise<PolicyEvidence[]> {
  const rows = await db.dnsCheck.findMany({
    where: { domainId, kind: { in: KINDS } },
    select: {
      ...{ key: true, kind: true, name: true, verdict: true, reasons: true, found: true },
      ...{ lastOkAt: true, checkedAt: true, facts: true },
    },
    orderBy: { key: "asc" },
  });
  return rows.map(({ reasons, ...row }) => ({ ...row, reasons: reasonsFrom(reasons) }));
}

function reasonsFrom(value: unknown): StoredReason[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (typeof item !== "object" || item === null) return [];
    const fields = new Map<string, unknown>(Object.entries(item));
    const key = fields.get("key");
    return typeof key === "string" ? [{ key, params: paramsFrom(fields.get("params")) }] : [];
  });
}

function paramsFrom(value: unknown): Record<string, string | number> {
  if (typeof value !== "object" || value === null) return {};
  const usable = Object.entries(value).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === "string" || typeof entry[1] === "number",
  );
  return Object.fromEntries(usable);
}
