import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PrintButton } from "@/components/print-button.tsx";
import { entriesOf } from "@/components/record-entries.ts";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getSheetView, type EntryView } from "@/lib/dal/domains.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import type { PageProps } from "@/lib/schemas/query.ts";

type Props = PageProps<{ domain: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getSheetView(domain);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("sheet.link"), subject: view.shown }) };
}

/** The records on paper, for who enters them elsewhere. What was seen of them is not on it: paper ages. */
export default async function SheetPage({ params }: Props) {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getSheetView(domain);
  if (!view) notFound();
  const { name, shown, zone, records } = view;
  const made = { domain: shown, n: records.length, time: formatTime(t.locale, new Date()) };
  return (
    <>
      <PageHeader
        title={t("sheet.title", { domain: shown })}
        lead={`${t("sheet.lead")} ${t("sheet.zone", { zone })}`}
        crumbs={[
          { href: "/domains", text: t("nav.domains") },
          { href: `/domains/${name}`, text: shown },
          { href: `/domains/${name}/dns`, text: t("dns.title") },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
        actions={<PrintButton text={t("sheet.print")} />}
      />
      <ul className="grid grid-cols-1 gap-4 print:block">
        {records.map((record) => (
          <SheetRecord key={record.id} t={t} record={record} />
        ))}
      </ul>
      <p className="mt-5 text-sm text-soft">{t("sheet.made", made)}</p>
    </>
  );
}

/** A page may end between two records, never within one. */
function SheetRecord({ t, record }: { t: Translate; record: EntryView }) {
  return (
    <li className="flex break-inside-avoid gap-4 rounded-lg border border-line bg-surface p-4 print:mb-4">
      <span
        role="img"
        aria-label={t("sheet.tick")}
        className="mt-0.5 size-5 shrink-0 border-2 border-ink"
      />
      <div className="min-w-0 grow">
        <h2 className="font-semibold">
          {record.title}{" "}
          <span className="font-normal text-soft">· {t(`dns.need.${record.need}`)}</span>
        </h2>
        <dl className="mt-2 grid grid-cols-1 gap-x-4 gap-y-1 sm:grid-cols-[9rem_minmax(0,1fr)] print:grid-cols-[9rem_minmax(0,1fr)]">
          <Line label={t("dns.type")} value={record.type} />
          {entriesOf(t, record).map(({ label, value }) => (
            <Line key={label} label={label} value={value} />
          ))}
        </dl>
      </div>
    </li>
  );
}

function Line({ label, value }: { label: string; value: string }) {
  return (
    <>
      <dt className="text-sm text-soft">{label}</dt>
      <dd className="font-mono text-sm whitespace-break-spaces wrap-anywhere" translate="no">
        <Spaced value={value} />
      </dd>
    </>
  );
}

/** Where a line ends one must see whether a space is meant. The mark is drawn: who copies the text gets a space. */
function Spaced({ value }: { value: string }) {
  return value.split(/( )/).map((part, at) =>
    part === " " ? (
      <span key={at} className="relative before:absolute before:inset-x-0 before:content-['␣']">
        {part}
      </span>
    ) : (
      part
    ),
  );
}
