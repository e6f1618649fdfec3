import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Tabs } from "@/components/ui/tabs.tsx";
import { getDeviceView } from "@/lib/dal/devices.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { formatAge } from "@/lib/i18n/format.ts";
import { PLATFORMS } from "@/lib/schemas/clients.ts";
import { link, type PageProps } from "@/lib/schemas/query.ts";
import { ClientSettings } from "../../../_components/client-settings.tsx";
import { AppleProfile } from "../../_components/apple-profile.tsx";
import { Automatic } from "../../_components/automatic.tsx";
import { FirstSignIn } from "../../_components/first-sign-in.tsx";
import { stepsOf } from "../../_components/steps.ts";

type Props = PageProps<{ platform: string }>;

const platformIn = async (params: Props["params"]) => {
  const { platform } = await params;
  return PLATFORMS.find((known) => known === platform) ?? null;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, platform] = await Promise.all([getTranslate(), platformIn(params)]);
  if (!platform) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  const subject = t(`clients.device.${platform}`);
  return { title: t("app.titleIn", { page: t("clients.device.title"), subject }) };
}

export default async function DevicePage({ params }: Props) {
  const actor = await requireActor();
  if (!actor.mailbox) redirect("/home");
  const [t, platform, view] = await Promise.all([
    getTranslate(),
    platformIn(params),
    getDeviceView(actor.mailbox.id),
  ]);
  if (!platform) notFound();
  if (!view) redirect("/sign-in");
  const { lastSignInAt } = view;
  const waiting = lastSignInAt
    ? t("clients.watch.before", { age: formatAge(t.locale, lastSignInAt, new Date()) })
    : t("clients.watch.waiting");
  const steps = stepsOf(t, platform, view.address);
  const name = t(`clients.device.${platform}`);
  return (
    <>
      <PageHeader
        title={t("clients.device.title")}
        lead={t("clients.device.lead")}
        crumbs={[{ href: "/me", text: t("me.title") }]}
        crumbsLabel={t("nav.breadcrumbs")}
        actions={
          <ButtonLink look="secondary" href="/me/devices/sheet">
            {t("clients.sheet.link")}
          </ButtonLink>
        }
      />
      <Tabs
        label={t("clients.device.platforms")}
        wrap
        tabs={PLATFORMS.map((known) => ({
          href: `/me/devices/${known}`,
          text: t(`clients.device.${known}`),
          current: known === platform,
        }))}
      />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <div className="grid min-w-0 gap-5">
          {platform === "apple" ? (
            <AppleProfile t={t} view={view} />
          ) : (
            <Card title={steps.length > 0 ? t("clients.steps") : name} id="steps">
              {steps.length > 0 ? (
                <ol className="list-decimal space-y-2 ps-5">
                  {steps.map((step) => (
                    <li key={step} className="wrap-anywhere">
                      {step}
                    </li>
                  ))}
                </ol>
              ) : (
                <p>{t("clients.other.text")}</p>
              )}
              {platform === "outlook" && (
                <p className="mt-3 rounded-md bg-warn-wash px-3 py-2 text-sm text-warn">
                  {t("clients.outlook.cloud")}
                </p>
              )}
              {platform === "other" && (
                <p className="mt-3 text-sm text-soft">{t("clients.app.scram")}</p>
              )}
              <p className="mt-4">
                <ButtonLink href={link("/me/app-passwords", { name: suggestion(t, platform) })}>
                  {t("clients.app.new")}
                </ButtonLink>
              </p>
            </Card>
          )}
          <FirstSignIn
            lastAt={lastSignInAt?.toISOString() ?? null}
            waiting={waiting}
            seen={t("clients.watch.seen")}
          />
          {platform !== "apple" && <Automatic t={t} view={view} platform={platform} />}
        </div>
        <Card
          title={platform === "apple" ? t("clients.apple.manual") : t("clients.table.title")}
          {...(platform === "apple" && { lead: t("clients.apple.manualText") })}
        >
          <ClientSettings
            t={t}
            view={view}
            servers={platform === "other" ? view.servers : view.automatic}
          />
        </Card>
      </div>
    </>
  );
}

type T = Awaited<ReturnType<typeof getTranslate>>;

const suggestion = (t: T, platform: (typeof PLATFORMS)[number]): string => {
  if (platform === "android") return t("clients.app.suggest.android");
  if (platform === "thunderbird" || platform === "outlook") return t(`clients.device.${platform}`);
  return "";
};
