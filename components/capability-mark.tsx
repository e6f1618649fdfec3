/** The state of a capability: a shape, a colour and a word, always together (WCAG 1.4.1). */
import type { Translate } from "@/lib/i18n/translate.ts";

export type CapabilityName = "receive" | "send" | "protect" | "encrypt" | "devices";
/** "unseen": nobody has looked yet, so nothing is said. */
export type CapabilityWord = "ok" | "part" | "broken" | "waiting" | "unknown" | "off" | "unseen";

const TONE: Record<CapabilityWord, string> = {
  ok: "text-good",
  part: "text-warn",
  broken: "text-bad",
  waiting: "text-soft",
  unknown: "text-warn",
  off: "text-soft",
  unseen: "text-soft",
};

const CIRCLE = "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13z";
/** Paths in a box of 16. */
const SHAPE: Record<CapabilityWord, string> = {
  ok: `${CIRCLE}M4.8 8.3l2.2 2.2l4.2-4.8`,
  part: "M8 2l6.5 12h-13zM8 6.5v3.5M8 11.8v.4",
  broken: `${CIRCLE}M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8`,
  waiting: CIRCLE,
  unknown: `${CIRCLE}M6.2 6.4a1.8 1.8 0 1 1 2.6 1.6q-.8.4-.8 1.3M8 11.5v.4`,
  off: "M3 8h10",
  unseen: CIRCLE,
};

interface Props {
  readonly t: Translate;
  readonly state: CapabilityWord;
  /** Whose state it is, where no heading says so. */
  readonly group?: CapabilityName;
  /** Just the shape, where five stand side by side; the words are read aloud and shown on hovering. */
  readonly brief?: boolean;
}

export function CapabilityMark({ t, state, group, brief = false }: Props) {
  const word = t(`capability.${state}`);
  const words = group ? `${t(`cap.${group}`)}: ${word}` : word;
  return (
    <span
      className={`inline-flex items-center gap-1.5 ${TONE[state]}`}
      title={brief ? words : undefined}
    >
      <svg
        aria-hidden="true"
        viewBox="0 0 16 16"
        className="size-4 shrink-0"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeDasharray={state === "unseen" ? "1.5 2.6" : undefined}
      >
        <path d={SHAPE[state]} />
      </svg>
      <span className={brief ? "sr-only" : ""}>{words}</span>
    </span>
  );
}

interface RowProps {
  readonly t: Translate;
  readonly capabilities: readonly { group: CapabilityName; state: CapabilityWord }[];
}

/** All five on one line. */
export function CapabilityMarks({ t, capabilities }: RowProps) {
  return (
    <ul className="flex gap-2">
      {capabilities.map(({ group, state }) => (
        <li key={group}>
          <CapabilityMark t={t} state={state} group={group} brief />
        </li>
      ))}
    </ul>
  );
}
