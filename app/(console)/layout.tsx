import type { ReactNode } from "react";
import { Brand } from "@/components/brand.tsx";
import { LiveNews } from "@/components/live-news.tsx";
import { NavLinks } from "@/components/nav-links.tsx";
import { formatTime } from "@/lib/i18n/format.ts";
import { getEngineView } from "@/lib/dal/home.ts";
import { maySeeServer } from "@/lib/dal/server.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireSignedIn } from "@/lib/dal/session.ts";
import { countRunning } from "@/lib/dal/work.ts";
import { signOutAction } from "./actions.ts";

/** The shell: reads who is here to draw the menu, decides nothing. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const me = await requireSignedIn();
  const [t, engine, running] = await Promise.all([getTranslate(), getEngineView(), countRunning()]);
  const own = me.actor.mailbox !== null;
  const links = own
    ? [{ href: "/me", text: t("nav.me"), icon: "mailbox" as const }]
    : [
        { href: "/home", text: t("nav.home"), icon: "home" as const },
        { href: "/domains", text: t("nav.domains"), icon: "domains" as const },
        { href: "/queue", text: t("nav.queue"), icon: "queue" as const },
        ...(maySeeServer(me.actor)
          ? [{ href: "/system", text: t("nav.system"), icon: "system" as const }]
          : []),
      ];
  const tray = running === 0 ? t("tray.none") : t("tray.some", { n: running });
  return (
    <div className="print:block! md:grid md:min-h-dvh md:grid-cols-[14rem_minmax(0,1fr)]">
      <header className="flex flex-wrap items-center gap-x-4 border-b border-line bg-surface px-4 pt-3 md:sticky md:top-0 md:h-dvh md:flex-col md:flex-nowrap md:items-stretch md:border-e md:border-b-0 md:px-3 md:py-4">
        <div className="md:mb-5 md:px-2">
          <Brand name={t("app.name")} />
        </div>
        <nav aria-label={t("nav.label")} className="order-last w-full md:order-none md:grow">
          <NavLinks
            links={[
              ...links,
              { href: "/work", text: t("nav.work"), icon: "work", count: running, countText: tray },
              { href: "/account", text: t("nav.account"), icon: "account" },
            ]}
          />
        </nav>
        <div className="ms-auto min-w-0 text-sm md:ms-0 md:border-t md:border-line md:px-2 md:pt-3">
          <p
            className="hidden truncate text-soft md:block"
            title={t("nav.signedInAs", { name: me.actor.name })}
          >
            <bdi translate="no">{me.actor.name}</bdi>
          </p>
          <form action={signOutAction}>
            <button className="min-h-8 cursor-pointer text-accent hover:underline">
              {t("nav.signOut")}
            </button>
          </form>
        </div>
      </header>
      <div className="min-w-0">
        {engine.state === "silent" && engine.lastSeenAt && (
          <p className="border-b border-line bg-warn-wash px-4 py-2 text-sm text-warn sm:px-8">
            {t("engine.silent", { time: formatTime(t.locale, engine.lastSeenAt) })}
          </p>
        )}
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto max-w-5xl px-4 py-6 outline-none sm:px-8 sm:py-8"
        >
          {children}
        </main>
      </div>
      <LiveNews words={{ ...stateWords(t), notLive: t("work.notLive") }} />
    </div>
  );
}

type T = Awaited<ReturnType<typeof getTranslate>>;

const stateWords = (t: T) => ({
  done: t("work.state.done"),
  failed: t("work.state.failed"),
  cancelled: t("work.state.cancelled"),
});
