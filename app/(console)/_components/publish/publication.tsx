import Link from "next/link";
import { Badge, type Glyph, type Tone } from "@/components/ui/badge.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { ActionForm } from "@/components/ui/form.tsx";
import type { PublicationView } from "@/lib/dal/publish.ts";
import { formatAge } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { applyAction, undoAction } from "../../domains/[domain]/dns/automate/actions.ts";
import { Diff } from "./diff.tsx";
import { Questions } from "./questions.tsx";

interface Props {
  readonly t: Translate;
  /** "": the server itself. */
  readonly domain: string;
  readonly publication: PublicationView;
  readonly now: Date;
}

const LOOK: Record<PublicationView["state"], [tone: Tone, glyph: Glyph]> = {
  previewing: ["accent", "half"],
  previewed: ["neutral", "hollow"],
  applying: ["accent", "half"],
  applied: ["good", "tick"],
  undoing: ["accent", "half"],
  undone: ["neutral", "dash"],
  failed: ["bad", "cross"],
};

export function StateBadge({ t, state }: { t: Translate; state: PublicationView["state"] }) {
  const [tone, glyph] = LOOK[state];
  return (
    <Badge tone={tone} glyph={glyph}>
      {t(`publish.state.${state}`)}
    </Badge>
  );
}

const isPlan = (state: PublicationView["state"]) =>
  state === "previewing" || state === "previewed" || state === "applying";

/** The newest publication: what it would change, is changing, or changed. */
export function Publication({ t, domain, publication, now }: Props) {
  const { state, zone, createdAt, changes, error } = publication;
  return (
    <Card
      id="publication"
      title={t(isPlan(state) ? "publish.preview" : "publish.result")}
      lead={zone && t("publish.preview.zone", { zone, age: formatAge(t.locale, createdAt, now) })}
      aside={<StateBadge t={t} state={state} />}
    >
      <div className="grid gap-4">
        <Progress t={t} publication={publication} />
        {error && (
          <p role="alert" className="rounded-md bg-bad-wash px-3 py-2 text-bad wrap-anywhere">
            {error}
          </p>
        )}
        <Result t={t} domain={domain} publication={publication} now={now} />
        {state === "previewed" && changes.length === 0 && (
          <p className="text-soft">{t("publish.preview.nothing")}</p>
        )}
        {state === "applied" && <Undo t={t} domain={domain} id={publication.id} />}
        {changes.length > 0 && <Changes t={t} publication={publication} />}
        {state === "previewed" && changes.length > 0 && (
          <div>
            <ActionForm
              action={applyAction}
              submit={t("publish.preview.apply", { n: changes.length })}
              working={t("common.working")}
            >
              <Reference domain={domain} id={publication.id} />
            </ActionForm>
            <p className="mt-2 max-w-[60ch] text-sm text-soft">{t("publish.preview.applyHint")}</p>
          </div>
        )}
        {state === "previewed" && <Questions t={t} domain={domain} publication={publication} />}
        {state === "previewed" && <Others t={t} publication={publication} />}
      </div>
    </Card>
  );
}

function Reference({ domain, id }: { domain: string; id: string }) {
  return (
    <>
      <input type="hidden" name="domain" value={domain} />
      <input type="hidden" name="publicationId" value={id} />
    </>
  );
}

function Progress({ t, publication }: Pick<Props, "t" | "publication">) {
  const { state, progress } = publication;
  if (state !== "previewing" && state !== "applying" && state !== "undoing") return null;
  const said = {
    previewing: t("publish.preview.reading"),
    applying: t("publish.applying"),
    undoing: t("publish.undo.asked"),
  }[state];
  return (
    <div>
      <p role="status">{said}</p>
      <progress
        className="mt-2"
        aria-label={said}
        max={progress?.total || 1}
        value={progress && progress.total > 0 ? progress.done : undefined}
      />
    </div>
  );
}

/** What is said of the outcome is what was measured: all name servers, or not yet. */
function Result({ t, domain, publication, now }: Props) {
  const { state, verifiedAt } = publication;
  if (state !== "applied") return null;
  return (
    <p className={`rounded-md px-3 py-2 ${verifiedAt ? "bg-good-wash text-good" : "bg-sunken"}`}>
      {verifiedAt
        ? t("publish.applied.verified", { age: formatAge(t.locale, verifiedAt, now) })
        : t("publish.applied.notSeen")}{" "}
      <Link
        href={domain === "" ? "/system/identity" : `/domains/${domain}/dns`}
        className="underline"
      >
        {t("publish.applied.checks")}
      </Link>
    </p>
  );
}

/** A plan is to be read; what was done is there to be looked up. */
function Changes({ t, publication: { state, changes } }: Pick<Props, "t" | "publication">) {
  const open = isPlan(state) || state === "failed";
  const list = changes.map((change) => (
    <Diff key={change.key} t={t} change={change} withNote={open} />
  ));
  if (!open) {
    return (
      <details>
        <summary className="cursor-pointer text-sm font-medium">
          {t("publish.past.show", { n: changes.length })}
        </summary>
        <div className="mt-2 grid gap-2">{list}</div>
      </details>
    );
  }
  return (
    <section className="grid gap-2">
      <h3 className="text-sm font-semibold">
        {t("publish.preview.changes", { n: changes.length })}
      </h3>
      {list}
    </section>
  );
}

/** What stays, and what cannot be done this way. */
function Others({ t, publication: { kept, problems } }: Pick<Props, "t" | "publication">) {
  return (
    <>
      {problems.length > 0 && (
        <section className="grid gap-2">
          <h3 className="text-sm font-semibold">{t("publish.preview.problems")}</h3>
          <ul className="grid gap-2">
            {problems.map(({ key, name, type, text }) => (
              <li key={key} className="rounded-md border border-line px-3 py-2 text-sm">
                <bdi translate="no" className="font-medium wrap-anywhere">
                  {name}
                </bdi>{" "}
                <span translate="no" className="text-soft">
                  {type}
                </span>
                <span className="block wrap-anywhere">{text}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {kept.length > 0 && (
        <details>
          <summary className="cursor-pointer text-sm font-medium">
            {t("publish.preview.kept", { n: kept.length })}
          </summary>
          <p className="mt-1 text-sm text-soft">{t("publish.preview.keptLead")}</p>
          <ul translate="no" className="mt-2 grid gap-1 font-mono text-[0.8125rem]">
            {kept.map(({ key, name, type, values }) => (
              <li key={key} className="wrap-anywhere">
                {name} {type} <bdi className="text-soft">{values.join(" · ")}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

export function Undo({ t, domain, id }: { t: Translate; domain: string; id: string }) {
  return (
    <Confirm summary={t("publish.undo")} look="secondary">
      <p className="mb-3">{t("publish.undo.text")}</p>
      <ActionForm
        action={undoAction}
        submit={t("publish.undo")}
        working={t("common.working")}
        look="danger"
      >
        <Reference domain={domain} id={id} />
      </ActionForm>
    </Confirm>
  );
}
