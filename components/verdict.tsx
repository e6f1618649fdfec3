/** The verdict of a check: a shape, a colour and a word, always together (WCAG 1.4.1). */
import type { Translate } from "@/lib/i18n/translate.ts";

export type VerdictName =
  | ("ok" | "waiting" | "partial" | "missing" | "different" | "conflict" | "weak" | "changed")
  | ("unknown" | "off" | "accepted");

const TONE: Record<VerdictName, string> = {
  ok: "bg-good-wash text-good",
  waiting: "bg-sunken text-soft",
  partial: "bg-accent-wash text-accent",
  missing: "bg-bad-wash text-bad",
  different: "bg-bad-wash text-bad",
  conflict: "bg-bad-wash text-bad",
  weak: "bg-warn-wash text-warn",
  changed: "bg-bad-wash text-bad",
  unknown: "bg-warn-wash text-warn",
  off: "bg-sunken text-soft",
  accepted: "bg-sunken text-soft",
};

/** Paths in a box of 16: a circle or frame, and what stands in it. */
const SHAPE: Record<VerdictName, string> = {
  ok: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM4.8 8.3l2.2 2.2l4.2-4.8",
  waiting: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13z",
  partial: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM8 1.5v13M10 3v10M12 4.5v7",
  missing: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM4.8 8h6.4",
  different:
    "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM4.8 6.5h6.4M4.8 9.5h6.4M9.8 4.3l-3.6 7.4",
  conflict: "M2 2h8v8h-8zM6 6h8v8h-8z",
  weak: "M8 2l6.5 12h-13zM8 6.5v3.5M8 11.8v.4",
  changed: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM8 4.5v6M5.5 8.2l2.5 2.5l2.5-2.5",
  unknown:
    "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM6.2 6.4a1.8 1.8 0 1 1 2.6 1.6q-.8.4-.8 1.3M8 11.5v.4",
  off: "M3 8h10",
  accepted: "M5.5 2h5l-.8 4.5l2 2.5h-7.4l2-2.5zM8 9v5",
};

export function VerdictMark({ t, verdict }: { t: Translate; verdict: VerdictName }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap ${TONE[verdict]}`}
    >
      <svg
        aria-hidden="true"
        viewBox="0 0 16 16"
        className="size-3.5"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <path d={SHAPE[verdict]} />
      </svg>
      {t(`verdict.${verdict}`)}
    </span>
  );
}
