import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card.tsx";
import { ActionForm, Checkbox, FormField } from "@/components/ui/form.tsx";
import { DMARC_STEPS, getDmarcView } from "@/lib/dal/policies.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import type { PageProps } from "@/lib/schemas/query.ts";
import { PolicyHeader } from "./_components/policy-header.tsx";
import { RecordLine } from "./_components/record-line.tsx";
import { SeenList } from "./_components/seen-list.tsx";
import { setDmarcAction } from "./actions.ts";

type Props = PageProps<{ domain: string }>;
type View = NonNullable<Awaited<ReturnType<typeof getDmarcView>>>;
type T = Awaited<ReturnType<typeof getTranslate>>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getDmarcView(domain);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: "DMARC", subject: view.shown }) };
}

export default async function DmarcPage({ params }: Props) {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getDmarcView(domain);
  if (!view) notFound();
  return (
    <>
      <PolicyHeader t={t} title={t("policies.tab.dmarc")} name={view.name} shown={view.shown} />
      <div className="grid grid-cols-1 gap-5">
        <Card>
          <Reading t={t} view={view} />
        </Card>
        <Card
          title={t("policies.record")}
          lead={t("policies.recordLead", { name: view.recordName })}
        >
          <RecordLine t={t} name={view.recordName} text={view.text} />
        </Card>
        <Card title={t("policies.seen")}>
          <SeenList t={t} seen={view.seen} now={new Date()} />
        </Card>
        <Card title={t("dmarc.ladder")} lead={t("dmarc.ladderLead")}>
          <Ladder t={t} step={view.step} />
          <p className="mt-4 max-w-prose text-sm text-soft">{t("dmarc.noReports")}</p>
        </Card>
        {view.mayWrite ? (
          <Card title={t("dmarc.form")}>
            <DmarcFields t={t} view={view} />
          </Card>
        ) : (
          <p className="text-sm text-soft">{t("policies.readOnly")}</p>
        )}
      </div>
    </>
  );
}

/** The policy in words, before any tag. */
function Reading({ t, view: { shown, dmarc } }: { t: T; view: View }) {
  const { p, sp, np, t: testing } = dmarc;
  return (
    <div className="grid gap-1">
      <p className="max-w-prose text-lg">{t(`dmarc.reading.${p}`, { domain: shown })}</p>
      {testing && p !== "none" && <p>{t("dmarc.reading.testing")}</p>}
      {sp && <p>{t("dmarc.reading.sub", { policy: t(`dmarc.policy.${sp}`) })}</p>}
      {np && <p>{t("dmarc.reading.np", { policy: t(`dmarc.policy.${np}`) })}</p>}
    </div>
  );
}

function Ladder({ t, step }: { t: T; step: View["step"] }) {
  const here = DMARC_STEPS.indexOf(step);
  return (
    <ol className="grid gap-2 sm:grid-cols-5">
      {DMARC_STEPS.map((name, at) => (
        <li
          key={name}
          aria-current={at === here ? "step" : undefined}
          className="rounded-md border border-line px-3 py-2 text-sm text-soft aria-[current]:border-accent aria-[current]:bg-accent-wash aria-[current]:text-accent"
        >
          <span className="font-medium">
            {at + 1}. {t(`dmarc.step.${name}`)}
          </span>
          {at === here && <span className="block text-xs">{t("dmarc.step.here")}</span>}
        </li>
      ))}
    </ol>
  );
}

function DmarcFields({ t, view: { name, shown, dmarc } }: { t: T; view: View }) {
  const words = (["none", "quarantine", "reject"] as const).map((value) => ({
    value,
    text: t(`dmarc.policy.${value}`),
  }));
  const optional = [{ value: "", text: t("dmarc.asAbove") }, ...words];
  return (
    <ActionForm action={setDmarcAction} submit={t("common.save")} working={t("common.working")}>
      <input type="hidden" name="domain" value={name} />
      <FormField
        name="p"
        label={t("dmarc.p", { domain: shown })}
        options={words}
        defaultValue={dmarc.p}
      />
      <FormField name="sp" label={t("dmarc.sp")} options={optional} defaultValue={dmarc.sp ?? ""} />
      <FormField name="np" label={t("dmarc.np")} options={optional} defaultValue={dmarc.np ?? ""} />
      <div className="grid gap-1">
        <Checkbox name="t" label={t("dmarc.t")} checked={dmarc.t ?? false} />
        <Checkbox
          name="strictDkim"
          label={t("dmarc.strictDkim")}
          checked={dmarc.strictDkim ?? false}
        />
        <Checkbox
          name="strictSpf"
          label={t("dmarc.strictSpf")}
          checked={dmarc.strictSpf ?? false}
        />
      </div>
      <FormField
        name="rua"
        label={t("dmarc.rua")}
        hint={t("dmarc.ruaHint")}
        defaultValue={dmarc.rua.join(", ")}
        autoComplete="off"
      />
    </ActionForm>
  );
}
