import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Card } from "@/components/ui/card.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { ActionForm } from "@/components/ui/form.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";
import { getDeviceView } from "@/lib/dal/home.ts";
import { getMailboxView } from "@/lib/dal/mailboxes.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { FolderTable } from "../_components/folder-table.tsx";
import { Usage } from "../_components/usage.tsx";
import { signOutDevicesAction } from "../mailboxes/actions.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("me.title") }) };
}

export default async function MePage() {
  const actor = await requireActor();
  if (!actor.mailbox) redirect("/home");
  const [t, view, device] = await Promise.all([
    getTranslate(),
    getMailboxView(actor.mailbox.id),
    getDeviceView(),
  ]);
  if (!view) redirect("/sign-in");
  return (
    <>
      <PageHeader title={t("me.title")} lead={<bdi translate="no">{view.address}</bdi>} />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <div className="grid gap-5">
          <Card title={t("me.usage")}>
            <Usage t={t} used={view.usedBytes} quota={view.quotaBytes} />
          </Card>
          <Card title={t("mailbox.folders")} flush>
            <FolderTable t={t} folders={view.folders} />
          </Card>
        </div>
        <div className="grid gap-5">
          <Card title={t("me.device.title")} lead={t("me.device.lead")}>
            <DeviceTable t={t} address={view.signInName} device={device} />
          </Card>
          <Card title={t("mailbox.signOut")} lead={t("mailbox.signOutText")}>
            <ActionForm
              action={signOutDevicesAction}
              submit={t("mailbox.signOut")}
              working={t("common.working")}
              look="secondary"
            >
              <input type="hidden" name="mailboxId" value={view.id} />
            </ActionForm>
          </Card>
        </div>
      </div>
    </>
  );
}

type Device = Awaited<ReturnType<typeof getDeviceView>>;

/** In the order of RFC 8314: encrypted from the first byte, then STARTTLS. */
const OFFERS = [
  ["imaps", "me.device.incoming", "me.device.tls"],
  ["imap", "me.device.incoming", "me.device.starttls"],
  ["pop3s", "me.device.incomingPop", "me.device.tls"],
  ["submissions", "me.device.outgoing", "me.device.tls"],
  ["submission", "me.device.outgoing", "me.device.starttls"],
] as const;

function DeviceTable({ t, address, device }: { t: Translate; address: string; device: Device }) {
  const ports = OFFERS.flatMap(([protocol, name, tls]) => {
    const listener = device.listeners.find((row) => row.protocol === protocol);
    return listener
      ? [{ name: t(name), value: `${device.hostName}:${listener.port}`, note: t(tls) }]
      : [];
  });
  const rows = [
    { name: t("me.device.user"), value: address, note: "" },
    { name: t("me.device.server"), value: device.hostName, note: "" },
    ...ports,
  ];
  return (
    <>
      <dl className="divide-y divide-line rounded-md border border-line">
        {rows.map(({ name, value, note }) => (
          <div
            key={name + note}
            className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 px-3 py-1"
          >
            <dt className="col-span-2 text-xs text-soft">
              {name} {note && <span>· {note}</span>}
            </dt>
            <dd className="font-mono text-sm wrap-anywhere" translate="no">
              {value}
            </dd>
            <dd className="flex">
              <CopyButton
                text={value}
                label={t("common.copyWhat", { what: name })}
                copied={t("common.copied")}
              />
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-sm text-soft">
        {t("me.device.password")}: {t("me.device.passwordText")}
      </p>
      {ports.length === 0 && <p className="mt-2 text-sm text-warn">{t("me.device.unknown")}</p>}
    </>
  );
}
