import type { ReactNode } from "react";
import { DoorHeader } from "@/components/door-header.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { setLanguageAction } from "./actions.ts";

export default async function AuthLayout({ children }: { children: ReactNode }) {
  const t = await getTranslate();
  return (
    <div className="mx-auto flex min-h-dvh w-full max-w-md flex-col px-4 py-8">
      <DoorHeader t={t} language={setLanguageAction} />
      <main id="main" tabIndex={-1} className="outline-none">
        {children}
      </main>
    </div>
  );
}
