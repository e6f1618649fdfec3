import type { ReactNode } from "react";
import { buttonClass, type Look } from "./button.tsx";

interface Props {
  readonly summary: string;
  /** Names it when the text alone would not: "Delete sales@example.com". */
  readonly label?: string;
  readonly look?: Look;
  readonly children: ReactNode;
}

/** A second step before something that should not happen by slip. A disclosure: works without script. */
export function Confirm({ summary, label, look = "danger", children }: Props) {
  return (
    <details className="group">
      <summary aria-label={label} className={`${buttonClass(look)} list-none group-open:mb-2`}>
        {summary}
      </summary>
      <div className="max-w-[52ch] rounded-md border border-line bg-sunken p-3 text-sm">
        {children}
      </div>
    </details>
  );
}
