/** What is said of a zone when its authorities were not seen. */
import type { ZoneFacts } from "../../lib/mail/dns/observer.ts";
import { upward } from "./names.ts";
import type { Stub } from "./stub.ts";

/** A reverse name of IPv6 has 34 labels; more than that is a stranger's joke. */
const MAX_NAMES = 36;

const NOTHING: Omit<ZoneFacts, "domain"> = {
  ...{ apex: null, parentServers: [], ownServers: [], servers: [] },
  ...{ negativeTtl: null, exists: null },
  security: "unknown",
};

/** No name that DNS can hold (RFC 1035 §2.3.4): it does not exist. */
export const strangeName = (domain: string): ZoneFacts => ({ ...NOTHING, domain, exists: false });

/** The nearest name above that has an SOA is the apex; the resolver's word for the rest. */
export async function factsByResolver(
  stub: Stub,
  domain: string,
  signal: AbortSignal,
): Promise<ZoneFacts> {
  let exists: boolean | null = null;
  for (const name of upward(domain).slice(0, MAX_NAMES)) {
    const soa = await stub.ask(name, "SOA", { signal });
    if (soa.rcode !== "NOERROR" && soa.rcode !== "NXDOMAIN") break;
    if (name === domain) exists = soa.rcode === "NOERROR";
    const [record] = soa.via.length === 0 ? soa.records : [];
    if (!record || name === ".") continue;
    const { records } = await stub.ask(name, "NS", { signal });
    const negativeTtl = record.minimum;
    return { ...NOTHING, domain, exists, apex: name, ownServers: records, negativeTtl };
  }
  return { ...NOTHING, domain, exists };
}
