"use client";

import { useState } from "react";
import { useFormAnswer } from "./ui/form.tsx";

interface Props {
  readonly legend: string;
  readonly lead?: string;
  readonly options: readonly {
    readonly value: string;
    readonly title: string;
    readonly text: string;
  }[];
  readonly chosen: string;
  /** Stands beside one of them, with the reason below. */
  readonly suggestion?: {
    readonly mode: string;
    readonly word: string;
    readonly why: string;
  } | null;
}

/**
 * What a domain is used for: one of four, each with what it means. What was picked stays, whatever is suggested
 * or refused meanwhile.
 */
export function ModeChoice({ legend, lead, options, chosen, suggestion = null }: Props) {
  const [picked, setPicked] = useState<string | null>(null);
  const answer = useFormAnswer();
  const [seen, setSeen] = useState({ answer, times: 0 });
  // A form is emptied when its action has answered: drawn anew, the one that was picked is what it is emptied to.
  if (seen.answer !== answer) setSeen({ answer, times: seen.times + 1 });
  const current = picked ?? answer.values["mode"] ?? chosen;
  return (
    <fieldset key={seen.times}>
      <legend className="font-medium">{legend}</legend>
      {lead && <p className="text-sm text-soft">{lead}</p>}
      <div className="mt-2 grid gap-2 sm:grid-cols-2">
        {options.map(({ value, title, text }) => (
          <label
            key={value}
            className="flex cursor-pointer items-start gap-3 rounded-md border border-edge p-3 has-checked:border-accent has-checked:bg-accent-wash"
          >
            <input
              type="radio"
              name="mode"
              value={value}
              checked={value === current}
              onChange={() => setPicked(value)}
              aria-labelledby={`mode-${value}`}
              aria-describedby={`mode-${value}-text`}
              className="mt-1 size-4.5 shrink-0 accent-accent"
            />
            <span className="min-w-0">
              <span id={`mode-${value}`} className="font-medium">
                {title}
              </span>
              <span id={`mode-${value}-text`} className="block text-sm text-soft">
                {text}
                {suggestion?.mode === value && (
                  <span className="mt-1 block text-ink">
                    <strong className="font-medium">{suggestion.word}:</strong> {suggestion.why}
                  </span>
                )}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
