/** The five questions that a domain answers, each with its state in a word and a sentence. */
import Link from "next/link";
import type { Translate } from "@/lib/i18n/translate.ts";
import { CapabilityMark, type CapabilityName, type CapabilityWord } from "./capability-mark.tsx";

type State = Exclude<CapabilityWord, "unseen">;

export interface CapabilityTile {
  readonly group: CapabilityName;
  readonly state: State;
  readonly sentence: string;
  readonly correct: number;
  readonly total: number;
}

const TONE: Record<State, string> = {
  ok: "border-t-good",
  part: "border-t-warn",
  broken: "border-t-bad",
  waiting: "border-t-edge",
  unknown: "border-t-warn",
  off: "border-t-line",
};

interface Props {
  readonly t: Translate;
  readonly tiles: readonly CapabilityTile[];
  readonly domain: string;
  /** The page that shows what a tile stands for. */
  readonly linkTo: (group: CapabilityTile["group"]) => string;
  /** The tile whose page this is, if any. */
  readonly current?: string;
}

export function CapabilityTiles({ t, tiles, domain, linkTo, current }: Props) {
  return (
    <ul
      aria-label={t("capability.label", { domain })}
      className="mb-5 grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-5"
    >
      {tiles.map(({ group, state, sentence, correct, total }) => (
        <li
          key={group}
          className={`rounded-md border border-t-2 border-line bg-surface px-3 py-2.5 ${TONE[state]}`}
        >
          <p className="font-medium">
            <Link
              href={linkTo(group)}
              aria-current={group === current ? "true" : undefined}
              className="hover:underline aria-[current]:text-accent aria-[current]:underline"
            >
              {t(`cap.${group}`)}
            </Link>
          </p>
          <p className="text-sm">
            <CapabilityMark t={t} state={state} />
          </p>
          <p className="mt-1 text-sm text-soft">{sentence}</p>
          {total > 0 && (
            <p className="mt-1 text-xs text-soft tabular-nums">
              {t("capability.count", { correct, total })}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
