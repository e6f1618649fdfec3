import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card.tsx";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import { getMtaStsView } from "@/lib/dal/policies.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import type { PageProps } from "@/lib/schemas/query.ts";
import { PolicyHeader } from "../_components/policy-header.tsx";
import { RecordLine } from "../_components/record-line.tsx";
import { SeenList } from "../_components/seen-list.tsx";
import { setMtaStsAction, setTlsReportsAction } from "../actions.ts";
import { Rail } from "./_components/rail.tsx";

type Props = PageProps<{ domain: string }>;
type View = NonNullable<Awaited<ReturnType<typeof getMtaStsView>>>;
type T = Awaited<ReturnType<typeof getTranslate>>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getMtaStsView(domain);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: "MTA-STS", subject: view.shown }) };
}

export default async function MtaStsPage({ params }: Props) {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getMtaStsView(domain);
  if (!view) notFound();
  const now = new Date();
  return (
    <>
      <PolicyHeader t={t} title={t("policies.tab.mtaSts")} name={view.name} shown={view.shown} />
      <div className="grid grid-cols-1 gap-5">
        <Card title={t("sts.rail")}>
          <Rail t={t} rail={view.rail} now={now} />
        </Card>
        <Held t={t} heldUntil={view.heldUntil} now={now} />
        <Card
          title={t("policies.record")}
          lead={t("policies.recordLead", { name: view.recordName })}
        >
          <RecordLine t={t} name={view.recordName} text={view.text} />
        </Card>
        {view.mayWrite && (
          <Card title={t("sts.policy")} lead={t("sts.policyLead", { domain: view.shown })}>
            <PolicyFields t={t} view={view} />
          </Card>
        )}
        <Card title={t("policies.seen")}>
          <SeenList t={t} seen={view.seen} now={now} />
        </Card>
        <Preview t={t} view={view} />
        {view.mayWrite && <TurningOff t={t} view={view} now={now} />}
        <TlsReports t={t} view={view} now={now} />
        {!view.mayWrite && <p className="text-sm text-soft">{t("policies.readOnly")}</p>}
      </div>
    </>
  );
}

/** While senders remember a stricter policy, taking anything away would keep mail away. */
function Held({ t, heldUntil, now }: { t: T; heldUntil: Date | null; now: Date }) {
  if (heldUntil === null || heldUntil <= now) return null;
  return (
    <p className="rounded-md bg-warn-wash px-4 py-3 text-warn">
      {t("sts.held", { time: formatTime(t.locale, heldUntil) })}
    </p>
  );
}

function PolicyFields({ t, view }: { t: T; view: View }) {
  const modes = (["none", "testing", "enforce"] as const).map((value) => ({
    value,
    text: t(`sts.mode.${value}`),
  }));
  return (
    <>
      {view.otherMx.length > 0 && view.mode !== "none" && (
        <p className="mb-4 rounded-md bg-warn-wash px-4 py-3 text-warn">
          {t("sts.mxDiffers", { hosts: view.otherMx.join(", ") })}
        </p>
      )}
      <ActionForm action={setMtaStsAction} submit={t("common.save")} working={t("common.working")}>
        <input type="hidden" name="domain" value={view.name} />
        <FormField name="mode" label={t("sts.mode")} options={modes} defaultValue={view.mode} />
        <FormField
          name="maxAge"
          label={t("sts.maxAge")}
          hint={t("sts.maxAgeHint")}
          type="number"
          defaultValue={String(view.maxAge)}
          autoComplete="off"
        />
        <FormField
          name="mx"
          label={t("sts.mx")}
          hint={t("sts.mxHint", { host: view.hostName })}
          defaultValue={view.mx.join("\n")}
          multiline
        />
        {view.mode !== "enforce" && (
          <FormField
            name="confirm"
            label={t("sts.confirm", { domain: view.name })}
            hint={t("sts.confirmHint")}
            autoComplete="off"
          />
        )}
      </ActionForm>
    </>
  );
}

function Preview({ t, view }: { t: T; view: View }) {
  const curl = `curl -i ${view.url}`;
  return (
    <Card title={t("sts.preview")} lead={t("sts.previewLead", { url: view.url })}>
      <pre
        translate="no"
        className="mb-3 overflow-x-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-[0.8125rem]"
      >
        {view.body}
      </pre>
      <p className="mb-1 text-sm text-soft">{t("sts.curl")}</p>
      <RecordLine t={t} name="curl" text={curl} />
    </Card>
  );
}

function TurningOff({ t, view, now }: { t: T; view: View; now: Date }) {
  const held = view.heldUntil !== null && view.heldUntil > now ? view.heldUntil : null;
  const until =
    held ?? (view.mode === "none" ? null : new Date(now.getTime() + view.maxAge * 1000));
  return (
    <Card title={t("sts.off.title")}>
      <ol className="list-decimal ps-5 text-sm">
        <li>{t("sts.off.1")}</li>
        <li>
          {until === null
            ? t("sts.off.2now")
            : t("sts.off.2", { time: formatTime(t.locale, until) })}
        </li>
        <li>{t("sts.off.3")}</li>
      </ol>
    </Card>
  );
}

function TlsReports({ t, view, now }: { t: T; view: View; now: Date }) {
  const { to, seen } = view.tlsReports;
  return (
    <Card title={t("tlsrpt.title")} lead={t("tlsrpt.lead")}>
      <div className="grid gap-4">
        <SeenList t={t} seen={seen} now={now} />
        {view.mayWrite && (
          <ActionForm
            action={setTlsReportsAction}
            submit={t("common.save")}
            working={t("common.working")}
            look="secondary"
          >
            <input type="hidden" name="domain" value={view.name} />
            <FormField
              name="to"
              label={t("tlsrpt.to")}
              hint={t("tlsrpt.toHint", { domain: view.name })}
              type="email"
              defaultValue={to}
              autoComplete="off"
              idPrefix="tlsrpt"
            />
          </ActionForm>
        )}
      </div>
    </Card>
  );
}
