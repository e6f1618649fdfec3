import { ActionForm } from "@/components/ui/form.tsx";
import type { ChangeView, PublicationView } from "@/lib/dal/publish.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { previewAction } from "../../domains/[domain]/dns/automate/actions.ts";
import { Diff } from "./diff.tsx";

interface Props {
  readonly t: Translate;
  /** "": the server itself. */
  readonly domain: string;
  readonly publication: PublicationView;
}

/** What somebody else put there goes only with a tick: the answers make a new preview. */
export function Questions({ t, domain, publication }: Props) {
  const { questions, ticked, changes, credentialId } = publication;
  const answered = changes.filter(({ record }) => ticked.includes(record));
  const asked = [...answered, ...questions];
  if (asked.length === 0 || credentialId === null) return null;
  return (
    <section className="grid gap-2">
      <h3 className="text-sm font-semibold">{t("publish.preview.asked")}</h3>
      <p className="max-w-[60ch] text-sm text-soft">{t("publish.preview.askedLead")}</p>
      <ActionForm
        action={previewAction}
        submit={t("publish.preview.again")}
        working={t("common.working")}
        look="secondary"
      >
        <input type="hidden" name="domain" value={domain} />
        <input type="hidden" name="credentialId" value={credentialId} />
        {asked.map((change) => (
          <Question
            key={change.key}
            t={t}
            change={change}
            ticked={ticked.includes(change.record)}
            withDiff={questions.includes(change)}
          />
        ))}
      </ActionForm>
    </section>
  );
}

interface QuestionProps {
  readonly t: Translate;
  readonly change: ChangeView;
  readonly ticked: boolean;
  /** A ticked one is shown among the changes already. */
  readonly withDiff: boolean;
}

function Question({ t, change, ticked, withDiff }: QuestionProps) {
  const { name, type, record } = change;
  return (
    <div className="grid min-w-0 gap-1.5">
      <label className="flex min-h-8 cursor-pointer items-center gap-2.5">
        <input
          type="checkbox"
          name="replace"
          value={record}
          defaultChecked={ticked}
          className="size-4.5 shrink-0 accent-accent"
        />
        <span className="wrap-anywhere">{t("publish.preview.tick", { name, type })}</span>
      </label>
      {withDiff && <Diff t={t} change={change} />}
    </div>
  );
}
