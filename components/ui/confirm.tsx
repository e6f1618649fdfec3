import type { ReactNode } from "react";
import { buttonClass, type Look } from "./button.tsx";

/** A second step before something that should not happen by slip. A disclosure: works without script. */
export function Confirm({ summary, look = "danger", children }: { summary: string; look?: Look; children: ReactNode }) {
  return (
    <details className="group">
      <summary className={`${buttonClass(look)} list-none group-open:mb-2`}>{summary}</summary>
      <div className="max-w-[52ch] rounded-md border border-line bg-sunken p-3 text-sm">{children}</div>
    </details>
  );
}
