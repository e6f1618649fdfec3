import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { LANGUAGE_TAG } from "@/lib/i18n/translate.ts";
import { getTheme, getTranslate } from "@/lib/dal/preferences.ts";
import "./globals.css";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.name"), robots: { index: false, follow: false } };
}

export const viewport: Viewport = {
  colorScheme: "light dark",
  width: "device-width",
  initialScale: 1,
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [t, theme] = await Promise.all([getTranslate(), getTheme()]);
  return (
    <html
      lang={LANGUAGE_TAG[t.locale]}
      dir="ltr"
      className={theme === "system" ? undefined : theme}
    >
      <body className="min-h-dvh font-sans antialiased">
        <a
          href="#main"
          className="sr-only focus:not-sr-only focus:absolute focus:start-4 focus:top-3 focus:z-10 focus:rounded-md focus:bg-accent focus:px-3 focus:py-2 focus:text-on-accent"
        >
          {t("app.skip")}
        </a>
        {children}
      </body>
    </html>
  );
}
