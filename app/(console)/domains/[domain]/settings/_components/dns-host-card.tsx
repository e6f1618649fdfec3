import { Card } from "@/components/ui/card.tsx";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import type { DnsHostView } from "@/lib/dal/dns-host.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { setDnsHostAction } from "../actions.ts";

interface Props {
  readonly t: Translate;
  readonly domain: string;
  readonly view: DnsHostView;
}

/** Which form the records are entered in: what was seen, and what somebody knows better. */
export function DnsHostCard({ t, domain, view }: Props) {
  const { servers, options, chosen, may } = view;
  const seen =
    servers.length > 0
      ? t("settings.dns.servers", { servers: servers.join(", ") })
      : t("settings.dns.unseen");
  return (
    <Card id="dns-host" title={t("settings.dns.title")} lead={t("settings.dns.lead")}>
      {may ? (
        <ActionForm
          action={setDnsHostAction}
          submit={t("common.save")}
          working={t("common.working")}
          look="secondary"
        >
          <input type="hidden" name="domain" value={domain} />
          <div className="max-w-sm">
            <FormField
              name="host"
              label={t("settings.dns.label")}
              options={options}
              defaultValue={chosen}
              hint={seen}
            />
          </div>
        </ActionForm>
      ) : (
        <>
          <p>{options.find(({ value }) => value === chosen)?.text}</p>
          <p className="mt-1 text-sm text-soft">{seen}</p>
        </>
      )}
    </Card>
  );
}
