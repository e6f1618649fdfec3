import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { ActionForm, Checkbox, FieldError, FormField, UserName } from "@/components/ui/form.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getAppPasswordsView, type AppPasswordRow } from "@/lib/dal/app-passwords.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { pieces, type Translate } from "@/lib/i18n/translate.ts";
import { LIFETIMES } from "@/lib/schemas/clients.ts";
import { link, text, type PageProps } from "@/lib/schemas/query.ts";
import { AppPasswordList } from "../../_components/app-password-list.tsx";
import { NewAppPassword } from "../_components/new-app-password.tsx";
import { createAppPasswordAction } from "./actions.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("clients.app.title") }) };
}

export default async function AppPasswordsPage({ searchParams }: PageProps) {
  const actor = await requireActor();
  if (!actor.mailbox) redirect("/home");
  const [t, query, view] = await Promise.all([
    getTranslate(),
    searchParams,
    getAppPasswordsView(actor.mailbox.id),
  ]);
  if (!view) redirect("/sign-in");
  const name = text(query["name"]);
  return (
    <>
      <PageHeader
        title={t("clients.app.title")}
        lead={t("clients.app.lead")}
        crumbs={[{ href: "/me", text: t("me.title") }]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Card title={t("clients.app.new")} lead={t("clients.app.newText")} id="new">
          <ActionForm
            key={name}
            action={createAppPasswordAction}
            submit={t("clients.app.create")}
            working={t("common.working")}
            closes
          >
            <NewAppPassword
              words={shownWords(t)}
              used={usedOf(t, view.rows)}
              done="/me/app-passwords"
            >
              <UserName address={actor.name} />
              <div>
                <FormField
                  name="name"
                  label={t("clients.app.name")}
                  hint={t("clients.app.nameHint")}
                  defaultValue={name}
                  required
                />
                <Suggestions t={t} />
              </div>
              <fieldset>
                <legend className="mb-1 text-sm font-medium">{t("clients.app.protocols")}</legend>
                <Checkbox name="imap" label={t("clients.app.protocol.imap")} checked />
                <Checkbox name="smtp" label={t("clients.app.protocol.smtp")} checked />
                <Checkbox name="pop3" label={t("clients.app.protocol.pop3")} />
                <FieldError name="protocols" />
              </fieldset>
              <FormField
                name="lifetime"
                label={t("clients.app.lifetime")}
                options={LIFETIMES.map((value) => ({
                  value,
                  text: t(`clients.app.lifetime.${value}`),
                }))}
              />
              <FormField
                name="current"
                label={t("clients.app.current")}
                hint={t("clients.app.currentHint")}
                type="password"
                autoComplete="current-password"
                required
              />
            </NewAppPassword>
          </ActionForm>
        </Card>
        {view.rows.length === 0 ? (
          <EmptyState title={t("clients.app.empty")}>{t("clients.app.emptyText")}</EmptyState>
        ) : (
          <Card title={t("clients.app.listTitle")} lead={t("clients.app.mainChanged")} flush>
            <AppPasswordList t={t} rows={view.rows} mayRevoke={view.mayRevoke} />
          </Card>
        )}
      </div>
      <p className="mt-5 max-w-prose text-sm text-soft">{t("clients.app.scram")}</p>
    </>
  );
}

const SUGGESTIONS = ["iphone", "android", "laptop", "desktop", "printer"] as const;

/** Links, so that they need no script. */
function Suggestions({ t }: { t: Translate }) {
  return (
    <ul aria-label={t("clients.app.suggestions")} className="mt-2 flex flex-wrap gap-2">
      {SUGGESTIONS.map((word) => {
        const name = t(`clients.app.suggest.${word}`);
        return (
          <li key={word}>
            <Link
              href={link("/me/app-passwords", { name })}
              scroll={false}
              className="inline-flex min-h-8 items-center rounded-full border border-edge px-3 text-sm hover:bg-sunken"
            >
              {name}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

/** With its slot left open: the name is known when the form was answered. */
const madeTitle = (t: Translate) =>
  pieces(t.locale, "clients.app.made")
    .map((piece) => (typeof piece === "string" ? piece : `{${piece.slot}}`))
    .join("");

const shownWords = (t: Translate) => ({
  made: madeTitle(t),
  madeText: t("clients.app.madeText"),
  copy: t("common.copyWhat", { what: t("clients.table.password") }),
  copied: t("common.copied"),
  waiting: t("clients.app.waiting"),
  done: t("clients.app.done"),
});

const usedOf = (t: Translate, rows: readonly AppPasswordRow[]): Record<string, string> =>
  Object.fromEntries(
    rows
      .filter(({ lastUsedAt }) => lastUsedAt !== null)
      .map(({ id, lastUsedProtocol, lastUsedNetwork }) => [
        id,
        t("clients.app.works", {
          protocol: (lastUsedProtocol ?? "").toUpperCase(),
          network: lastUsedNetwork ?? "",
        }),
      ]),
  );
