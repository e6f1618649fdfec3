import type { ReactNode } from "react";

const TONE = {
  neutral: "bg-sunken text-soft border-line",
  good: "bg-good-wash text-good border-transparent",
  warn: "bg-warn-wash text-warn border-transparent",
  bad: "bg-bad-wash text-bad border-transparent",
  accent: "bg-accent-wash text-accent border-transparent",
} as const;
export type Tone = keyof typeof TONE;

/** A state in a word, with a shape beside its colour (WCAG 1.4.1). */
export function Badge({
  tone = "neutral",
  glyph,
  children,
}: {
  tone?: Tone;
  glyph?: Glyph;
  children: ReactNode;
}) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full border px-2 py-0.5 text-xs font-medium whitespace-nowrap ${TONE[tone]}`}
    >
      {glyph && <Shape glyph={glyph} />}
      {children}
    </span>
  );
}

export type Glyph = "hollow" | "dot" | "half" | "dash" | "tick" | "cross";

function Shape({ glyph }: { glyph: Glyph }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 10 10"
      className="size-2.5"
      fill="none"
      stroke="currentColor"
    >
      {glyph === "hollow" && <circle cx="5" cy="5" r="4" strokeDasharray="2 1.6" />}
      {glyph === "dot" && <circle cx="5" cy="5" r="4" fill="currentColor" />}
      {glyph === "half" && (
        <>
          <circle cx="5" cy="5" r="4" />
          <path d="M5 1a4 4 0 0 1 0 8z" fill="currentColor" />
        </>
      )}
      {glyph === "dash" && <path d="M1.5 5h7" strokeWidth="1.6" />}
      {glyph === "tick" && <path d="M1.5 5.3 4 7.8 8.5 2.6" strokeWidth="1.6" />}
      {glyph === "cross" && <path d="m2 2 6 6m0-6-6 6" strokeWidth="1.6" />}
    </svg>
  );
}
