import { Fragment } from "react";
import { Card } from "@/components/ui/card.tsx";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import type { getIdentityView } from "@/lib/dal/server.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { renameServerAction, setAddressesAction, setPortsAction } from "../actions.ts";

type View = NonNullable<Awaited<ReturnType<typeof getIdentityView>>>;

const FOLLOWS = ["records", "reverse", "certificate", "programs"] as const;
const PORTS = ["submissions", "submission", "imaps", "imap", "pop3s", "pop3"] as const;

/** What operators set: name, addresses, ports; what follows is said before the button. Others read it. */
export function IdentityForms({ t, view }: { t: Translate; view: View }) {
  const { hostName, addresses, addressSource, hasIpv6, services } = view;
  const working = t("common.working");
  if (!view.mayWrite) return <IdentityFacts t={t} view={view} />;
  return (
    <>
      <Card id="host" title={t("identity.host")} lead={t("identity.host.lead")}>
        <p className="text-sm font-medium">{t("identity.host.follows")}</p>
        <ul className="mt-1 mb-4 max-w-[72ch] list-disc ps-5 text-sm text-soft">
          {FOLLOWS.map((key) => (
            <li key={key}>{t(`identity.host.follows.${key}`)}</li>
          ))}
        </ul>
        <ActionForm
          action={renameServerAction}
          submit={t("identity.host.submit")}
          working={working}
        >
          <FormField
            name="hostName"
            label={t("setup.hostName")}
            hint={t("setup.hostHint")}
            defaultValue={hostName.includes(".") ? hostName : ""}
            autoComplete="off"
            required
          />
        </ActionForm>
      </Card>
      <Card
        id="addresses"
        title={t("identity.addresses")}
        lead={t(`identity.addresses.${addressSource}`)}
      >
        <Addresses t={t} addresses={addresses} hasIpv6={hasIpv6} />
        <ActionForm
          action={setAddressesAction}
          submit={t("identity.addresses.submit")}
          working={working}
          look="secondary"
        >
          <FormField
            name="addresses"
            label={t("identity.addresses.field")}
            hint={t("identity.addresses.hint")}
            defaultValue={addressSource === "set" ? addresses.join("\n") : ""}
            autoComplete="off"
            multiline
          />
        </ActionForm>
      </Card>
      <Card id="ports" title={t("identity.ports")} lead={t("identity.ports.lead")}>
        <ActionForm
          action={setPortsAction}
          submit={t("identity.ports.submit")}
          working={working}
          look="secondary"
        >
          <div className="grid gap-4 sm:grid-cols-2">
            {PORTS.map((port) => (
              <FormField
                key={port}
                name={port}
                label={t(`identity.ports.${port}`)}
                defaultValue={String(services[port] ?? "")}
                autoComplete="off"
              />
            ))}
          </div>
        </ActionForm>
      </Card>
    </>
  );
}

function Addresses({
  t,
  addresses,
  hasIpv6,
}: { t: Translate } & Pick<View, "addresses" | "hasIpv6">) {
  return (
    <>
      <ul className="mb-3 font-mono text-sm empty:hidden" translate="no">
        {addresses.map((address) => (
          <li key={address} className="wrap-anywhere">
            {address}
          </li>
        ))}
      </ul>
      {addresses.length > 0 && !hasIpv6 && (
        <p className="mb-3 text-sm text-soft">{t("identity.addresses.noIpv6")}</p>
      )}
    </>
  );
}

function IdentityFacts({ t, view }: { t: Translate; view: View }) {
  const { hostName, addresses, addressSource, hasIpv6, services } = view;
  return (
    <>
      <Card id="host" title={t("identity.host")} lead={t("identity.host.lead")}>
        <p className="font-mono wrap-anywhere" translate="no">
          {hostName}
        </p>
      </Card>
      <Card
        id="addresses"
        title={t("identity.addresses")}
        lead={t(`identity.addresses.${addressSource}`)}
      >
        <Addresses t={t} addresses={addresses} hasIpv6={hasIpv6} />
      </Card>
      <Card id="ports" title={t("identity.ports")} lead={t("identity.ports.facts")}>
        <dl className="grid max-w-md grid-cols-[1fr_auto] gap-x-6 gap-y-1">
          {PORTS.map((port) => (
            <Fragment key={port}>
              <dt className="text-soft">{t(`identity.ports.${port}`)}</dt>
              <dd className="tabular-nums">{services[port] ?? "–"}</dd>
            </Fragment>
          ))}
        </dl>
      </Card>
    </>
  );
}
