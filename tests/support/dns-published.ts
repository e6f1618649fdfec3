/** Expected records as a zone object, as if somebody had published every one of them; and a set-up to judge it. */
import { checkRecords } from "../../lib/mail/dns/checks/index.ts";
import type { CheckContext } from "../../lib/mail/dns/checks/context.ts";
import type { CheckResult } from "../../lib/mail/dns/check.ts";
import { expectedRecords, serverRecords, type ExpectedRecord } from "../../lib/mail/dns-records.ts";
import type { DomainSettings, PublishedKey, ServerSettings } from "../../lib/mail/dns/settings.ts";
import { memoryObserver, type MemoryDns } from "./dns-memory.ts";
import type { Zone, ZoneNode } from "./dns-server.ts";

export function zoneFrom(records: readonly ExpectedRecord[]): Zone {
  const zone: Zone = {};
  for (const { name, data } of records) {
    const node: ZoneNode = (zone[name] ??= {});
    Object.assign(node, { [data.type]: [...(node[data.type] ?? []), data.value] });
  }
  return zone;
}

/** RSA-2048 and Ed25519 public keys, made once for all tests. */
export const KEYS: readonly PublishedKey[] = [
  {
    selector: "ph2611r",
    algorithm: "rsa_sha256",
    state: "signing",
    publicKey:
      "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0/IzW7yWR7QkrmBL7jTKEn5u+qKhbwKfBstIs+bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyehkd3qqGElvW/VDL5AaWTg0nLVkjRo9z+40RQzuVaE8AkAFmxZzow3x+VJYKdjykkJ0iT9wCS0DRTXu269V264Vf/3jvredZiKRkgwlL9xNAwxXFg0x/XFw005UWVRIkdgcKWTjpBP2dPwVZ4WWC+9aGVd+Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbjXfbcmwIDAQAB",
  },
  {
    selector: "ph2611e",
    algorithm: "ed25519_sha256",
    state: "signing",
    publicKey: "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
  },
];

export const SERVER: ServerSettings = {
  hostName: "mail.host.example",
  ipv4: ["192.0.2.1"],
  ipv6: ["2001:db8::25"],
};
export const DOMAIN: DomainSettings = {
  name: "example.com",
  mtaStsMode: "testing",
  mtaStsId: "20261123T071200",
};
export const NOW = new Date("2026-11-25T12:00:00Z");

export interface Setup {
  readonly domain?: DomainSettings;
  readonly server?: ServerSettings;
  readonly keys?: readonly PublishedKey[];
  /** Changes what was published before it is judged. */
  readonly edit?: (zone: Zone) => void;
  readonly dns?: Partial<MemoryDns>;
  readonly ctx?: Partial<CheckContext>;
}

/** All that is expected, published, edited and judged: by key of the check. */
export async function judgePublished(setup: Setup = {}): Promise<Map<string, CheckResult>> {
  const { domain = DOMAIN, server = SERVER, keys = KEYS } = setup;
  const own = expectedRecords({ domain, dkim: keys, ...server });
  const host = serverRecords(server, [domain.name]);
  const zone = zoneFrom([...own, ...host]);
  setup.edit?.(zone);
  const observer = memoryObserver({ zone, ...setup.dns });
  const facts = await Promise.all([observer.zoneOf(domain.name), observer.zoneOf(server.hostName)]);
  const ctx = { observer, server, now: NOW, ...setup.ctx };
  const results = [
    ...(await checkRecords(own, { ...ctx, domain, zone: facts[0] })),
    ...(await checkRecords(host, { ...ctx, domain: null, zone: facts[1] })),
  ];
  return new Map(results.map((result) => [result.key, result]));
}

/** Keys of the reasons. */
export const reasonsOf = (result: CheckResult | undefined) =>
  result?.reasons.map(({ key }) => key) ?? [];

/** Lines for `lab.update` that add what a zone file with full names has at `name` and below it. */
export function updatesFrom(zoneFile: string, name: string): string[] {
  return zoneFile
    .split("\n")
    .filter((line) => line.startsWith(`${name}.`) || line.includes(`.${name}.`))
    .filter((line) => !line.startsWith(";"))
    .map((line) => `add ${line.replace(/\tIN\t/, "\t")}`);
}
