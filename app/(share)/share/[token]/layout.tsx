import type { ReactNode } from "react";
import { DoorHeader } from "@/components/door-header.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";

interface Props {
  readonly params: Promise<{ token: string }>;
  readonly children: ReactNode;
}

/** What strangers see who were sent a link: nothing here leads into the console. */
export default async function SharedLayout({ params, children }: Props) {
  const [t, { token }] = await Promise.all([getTranslate(), params]);
  return (
    <div className="mx-auto min-h-dvh w-full max-w-4xl px-4 py-6 sm:px-8">
      <DoorHeader t={t} language={`/share/${token}/language`} />
      <main id="main" tabIndex={-1} className="outline-none">
        {children}
      </main>
    </div>
  );
}
