import Link from "next/link";
import type { HostView } from "@/lib/dal/dns.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

interface Props {
  readonly t: Translate;
  readonly domain: string;
  readonly host: HostView;
}

/** Where the DNS of the domain is, and whether this server could enter the records there. */
export function HostLine({ t, domain, host }: Props) {
  return (
    <p className="mb-5 text-sm text-soft">
      {sentence(t, host)}{" "}
      <Link href={`/domains/${domain}/settings#dns-host`} className="text-accent underline">
        {t(host.name === null ? "dns.host.choose" : "dns.host.change")}
      </Link>{" "}
      {host.automation && (
        <>
          {t("publish.detected.works")}{" "}
          <Link href={`/domains/${domain}/dns/automate`} className="text-accent underline">
            {t("publish.title")}
          </Link>
        </>
      )}
    </p>
  );
}

function sentence(t: Translate, { name, isChosen, servers: names }: HostView): string {
  const servers = names.join(", ");
  if (name === null) return t(servers ? "dns.host.unknown" : "dns.host.unseen", { servers });
  if (!isChosen) return t("dns.host", { host: name, servers });
  return t("dns.host.chosen", { host: name });
}
