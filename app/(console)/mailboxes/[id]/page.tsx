import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Badge } from "@/components/ui/badge.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { ActionForm, FormField, UserName } from "@/components/ui/form.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { formatTime } from "@/lib/i18n/format.ts";
import { getAppPasswordsView } from "@/lib/dal/app-passwords.ts";
import { getFoldersView } from "@/lib/dal/folders.ts";
import { getMailboxView } from "@/lib/dal/mailboxes.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { key, type PageProps } from "@/lib/schemas/query.ts";
import { AppPasswordList } from "../../_components/app-password-list.tsx";
import { Folders } from "../../_components/folders.tsx";
import { Usage } from "../../_components/usage.tsx";
import { ImapFeatures } from "./_components/imap-features.tsx";
import { Limits } from "./_components/limits.tsx";
import {
  resumeAction,
  setPasswordAction,
  signOutDevicesAction,
  suspendAction,
} from "../actions.ts";

type Props = PageProps<{ id: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { id }] = await Promise.all([getTranslate(), params]);
  const view = await getMailboxView(id);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("mailbox.title"), subject: view.address }) };
}

export default async function MailboxPage({ params, searchParams }: Props) {
  const [t, { id }, query] = await Promise.all([getTranslate(), params, searchParams]);
  const [view, passwords, folders] = await Promise.all([
    getMailboxView(id),
    getAppPasswordsView(id),
    getFoldersView(id, { after: key(query["after"]), before: key(query["before"]) }),
  ]);
  if (!view || !passwords || !folders) notFound();
  const ref = <input type="hidden" name="mailboxId" value={view.id} />;
  const working = t("common.working");
  return (
    <>
      <PageHeader
        title={<bdi translate="no">{view.address}</bdi>}
        lead={view.displayName}
        crumbs={
          view.may.seeDomain
            ? [
                { href: "/domains", text: t("nav.domains") },
                { href: `/domains/${view.domain}`, text: view.shownDomain },
                { href: `/domains/${view.domain}/mailboxes`, text: t("nav.mailboxes") },
              ]
            : []
        }
        crumbsLabel={t("nav.breadcrumbs")}
        actions={
          <>
            <ButtonLink look="secondary" href={`/mailboxes/${view.id}/sheet`}>
              {t("clients.sheet.link")}
            </ButtonLink>
            {view.suspended ? (
              <Badge tone="warn" glyph="dash">
                {t("mailboxes.state.suspended")}
              </Badge>
            ) : (
              <Badge tone="good" glyph="dot">
                {t("mailboxes.state.active")}
              </Badge>
            )}
          </>
        }
      />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid gap-5">
          <Card title={t("mailboxes.usage")}>
            <Usage t={t} usage={view.usage} />
            <dl className="mt-4 grid grid-cols-2 gap-3 text-sm">
              <div>
                <dt className="text-soft">{t("mailboxes.lastSignIn")}</dt>
                <dd>
                  {view.lastSignInAt ? formatTime(t.locale, view.lastSignInAt) : t("common.never")}
                </dd>
              </div>
              <div>
                <dt className="text-soft">{t("domain.created")}</dt>
                <dd>{formatTime(t.locale, view.createdAt)}</dd>
              </div>
            </dl>
            {view.may.setLimits && (
              <div className="mt-4">
                <Limits t={t} view={view} />
              </div>
            )}
          </Card>
          <Card
            title={t("clients.app.title")}
            lead={t(
              passwords.rows.length === 0 ? "clients.app.emptyAdmin" : "clients.app.mainChanged",
            )}
            flush
          >
            <AppPasswordList t={t} rows={passwords.rows} mayRevoke={passwords.mayRevoke} />
          </Card>
          <Folders t={t} view={folders} here={`/mailboxes/${view.id}`} />
        </div>
        <div className="grid gap-5">
          {view.may.setPassword && (
            <Card title={t("mailbox.setPassword")} lead={t("mailbox.setPasswordHint")}>
              <ActionForm
                action={setPasswordAction}
                submit={t("mailbox.setPassword")}
                working={working}
                look="secondary"
              >
                {ref}
                <UserName address={view.signInName} />
                <FormField
                  name="password"
                  label={t("mailbox.newPassword")}
                  hint={t("setup.passwordHint")}
                  type="password"
                  autoComplete="new-password"
                  required
                />
              </ActionForm>
            </Card>
          )}
          {view.may.signOut && (
            <Card title={t("mailbox.signOut")} lead={t("mailbox.signOutText")}>
              <ActionForm
                action={signOutDevicesAction}
                submit={t("mailbox.signOut")}
                working={working}
                look="secondary"
              >
                {ref}
              </ActionForm>
            </Card>
          )}
          {(view.may.denyImap || view.imap.denied.length > 0) && <ImapFeatures t={t} view={view} />}
          {view.may.suspend &&
            (view.suspended ? (
              <Card
                title={t("mailbox.resume")}
                lead={t("mailbox.suspended", { address: view.address })}
              >
                <ActionForm action={resumeAction} submit={t("mailbox.resume")} working={working}>
                  {ref}
                </ActionForm>
              </Card>
            ) : (
              <Card title={t("mailbox.suspend")} lead={t("mailbox.suspendText")}>
                <Confirm summary={t("mailbox.suspend")}>
                  <p className="mb-3">{t("mailbox.suspendText")}</p>
                  <ActionForm
                    action={suspendAction}
                    submit={t("mailbox.suspendWhat", { address: view.address })}
                    working={working}
                    look="danger"
                  >
                    {ref}
                  </ActionForm>
                </Confirm>
              </Card>
            ))}
        </div>
      </div>
    </>
  );
}
