import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { buttonClass } from "@/components/ui/button.tsx";
import { getLinkView } from "@/lib/dal/devices.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { text, type PageProps } from "@/lib/schemas/query.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("clients.link.title") }), robots: { index: false } };
}

const PROBLEMS: Readonly<
  Partial<Record<string, "clients.link.tooMany" | "clients.apple.notSafe">>
> = {
  tooMany: "clients.link.tooMany",
  notSafe: "clients.apple.notSafe",
};

/** What scanners of links see: a page with a button. Only pressing it uses the link up. */
export default async function DeviceLinkPage({
  params,
  searchParams,
}: PageProps<{ token: string }>) {
  const [t, { token }, query] = await Promise.all([getTranslate(), params, searchParams]);
  const view = await getLinkView(token);
  if (!view) notFound();
  const { address, name, state } = view;
  const problem = text(query["problem"]);
  return (
    <>
      <h1 className="text-2xl font-semibold tracking-tight">{t("clients.link.title")}</h1>
      <p className="mt-1 mb-6 text-soft wrap-anywhere">
        {t("clients.link.text", { address, name })}
      </p>
      {problem !== "" && (
        <p role="alert" className="mb-4 rounded-md bg-warn-wash px-3 py-2 text-sm text-warn">
          {t(PROBLEMS[problem] ?? "clients.apple.noServers")}
        </p>
      )}
      {state === "open" ? (
        <form action={`/device/${token}/profile`} method="post">
          <button className={`${buttonClass("primary")} w-full`}>
            {t("clients.link.download")}
          </button>
          <p className="mt-3 text-sm text-soft">{t("clients.link.once")}</p>
        </form>
      ) : (
        <p role="status" className="rounded-md bg-warn-wash px-3 py-2 text-warn">
          {state === "used" ? t("clients.link.used", { name }) : t("clients.link.expired")}
        </p>
      )}
      <p className="mt-6">
        <Link href="/me" className={buttonClass("quiet")}>
          {t("clients.link.manage")}
        </Link>
      </p>
    </>
  );
}
