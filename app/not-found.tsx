import Link from "next/link";
import { getTranslate } from "@/lib/dal/preferences.ts";

export default async function NotFound() {
  const t = await getTranslate();
  return (
    <main id="main" className="mx-auto max-w-md px-4 py-24 text-center">
      <title>{t("app.title", { page: t("error.notFoundTitle") })}</title>
      <h1 className="text-2xl font-semibold">{t("error.notFoundTitle")}</h1>
      <p className="mt-2 text-soft">{t("error.notFoundText")}</p>
      <p className="mt-6">
        <Link href="/" className="text-accent underline">
          {t("error.notFoundHome")}
        </Link>
      </p>
    </main>
  );
}
