"use client";

import { buttonClass } from "./ui/button.tsx";

/** Only where there is script: without it every browser still has its own menu. */
export function PrintButton({ text }: { text: string }) {
  return (
    <button type="button" onClick={() => window.print()} className={buttonClass("secondary")}>
      {text}
    </button>
  );
}
