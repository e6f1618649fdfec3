import { getTranslate } from "@/lib/dal/preferences.ts";

/** One page for a link that never was, one that has ended and one that was withdrawn. */
export default async function SharedNotFound() {
  const t = await getTranslate();
  return (
    <>
      <title>{t("app.title", { page: t("share.gone.title") })}</title>
      <h1 className="text-2xl font-semibold tracking-tight">{t("share.gone.title")}</h1>
      <p className="mt-2 max-w-prose text-soft">{t("share.gone.text")}</p>
    </>
  );
}
