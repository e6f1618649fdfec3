/** What was last seen of the records by which mail programs find a domain's settings. */
import type { Db } from "./client.ts";

export interface DeviceCheck {
  readonly kind: string;
  readonly name: string;
  readonly verdict: string;
  readonly checkedAt: Date;
}

export function listDeviceChecks(db: Db, domainId: string): Promise<DeviceCheck[]> {
  return db.dnsCheck.findMany({
    where: { domainId, kind: { in: ["autoconfig", "autodiscover", "service"] } },
    select: { kind: true, name: true, verdict: true, checkedAt: true },
    orderBy: { key: "asc" },
  });
}
