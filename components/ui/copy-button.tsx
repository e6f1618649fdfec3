"use client";

import { useEffect, useState } from "react";
import { Check, Copy } from "lucide-react";

interface Props {
  readonly text: string;
  /** What the button copies, as its accessible name: "Copy value of …". */
  readonly label: string;
  readonly copied: string;
}

/** How long "Copied" stays. */
const SHOWN_MS = 2_000;

export function CopyButton({ text, label, copied }: Props) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <>
      <button
        type="button"
        onClick={() => void copy(text).then(setDone)}
        aria-label={label}
        title={label}
        className="inline-flex size-8 shrink-0 cursor-pointer items-center justify-center rounded-md border border-transparent text-soft hover:border-line hover:bg-sunken hover:text-ink"
      >
        {done ? (
          <Check aria-hidden className="size-4 text-good" />
        ) : (
          <Copy aria-hidden className="size-4" />
        )}
      </button>
      <span role="status" className={done ? "self-center text-xs text-good" : "sr-only"}>
        {done ? copied : ""}
      </span>
    </>
  );
}

/** The clipboard API exists only on https and localhost; elsewhere the old way still works. */
async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return true;
  }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}
