"use client";

import { en } from "@/lib/i18n/en.ts";
import { zh } from "@/lib/i18n/zh.ts";
import { Button } from "@/components/ui/button.tsx";

/** The last resort: drawn in the browser, so it reads the language from the document. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const words =
    typeof document !== "undefined" && document.documentElement.lang.startsWith("zh") ? zh : en;
  return (
    <main id="main" className="mx-auto max-w-md px-4 py-24 text-center">
      <h1 className="text-2xl font-semibold">{words["error.title"]}</h1>
      <p className="mt-2 text-soft">
        {words["error.text"].replace("{reference}", error.digest ?? "–")}
      </p>
      <p className="mt-6">
        <Button onClick={reset}>{words["error.retry"]}</Button>
      </p>
    </main>
  );
}
