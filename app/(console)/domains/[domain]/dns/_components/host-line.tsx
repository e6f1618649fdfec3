import Link from "next/link";
import type { HostView } from "@/lib/dal/dns.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

interface Props {
  readonly t: Translate;
  readonly domain: string;
  /** Null: nothing is claimed. */
  readonly host: HostView | null;
}

/** Where the DNS of the domain is, and whether this server could enter the records there. */
export function HostLine({ t, domain, host }: Props) {
  if (!host) return null;
  return (
    <p className="mb-5 text-sm text-soft">
      {t("dns.host", { host: host.name, servers: host.servers.join(", ") })}{" "}
      {host.automation && (
        <>
          {t("publish.detected.works")}{" "}
          <Link href={`/domains/${domain}/dns/automate`} className="text-accent hover:underline">
            {t("publish.title")}
          </Link>
        </>
      )}
    </p>
  );
}
