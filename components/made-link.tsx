"use client";

import type { ReactNode } from "react";
import { buttonClass } from "./ui/button.tsx";
import { CopyButton } from "./ui/copy-button.tsx";
import { useFormAnswer } from "./ui/form.tsx";

interface Words {
  readonly qr: string;
  readonly copy: string;
  readonly copied: string;
  readonly open: string;
  /** For links that may travel by mail: `made.mail` is a mailto: address. */
  readonly mail?: string;
  readonly again: string;
  readonly steps: readonly string[];
}

interface Props {
  readonly words: Words;
  readonly again: string;
  readonly children: ReactNode;
}

/** In an ActionForm: what it made, as a picture for the camera and as text, with what to do next. */
export function MadeLink({ words, again, children }: Props) {
  const { made } = useFormAnswer();
  if (!made) return children;
  const { url = "", picture = "", title = "", mail = "" } = made;
  return (
    <div>
      <h3 className="font-semibold wrap-anywhere">{title}</h3>
      <div className="mt-3 flex flex-wrap items-start gap-5">
        {/* Black on white in both themes: cameras do not read the other way round. */}
        <img
          src={picture}
          alt={words.qr}
          width={200}
          height={200}
          className="rounded-md border border-line bg-[white] p-1"
        />
        <ol className="min-w-0 flex-1 basis-60 list-decimal space-y-2 ps-5 text-sm">
          {words.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </div>
      <p className="mt-4 flex items-start gap-2 rounded-md border border-line bg-sunken px-3 py-1">
        <code translate="no" className="min-w-0 grow py-1 text-[0.8125rem] wrap-anywhere">
          {url}
        </code>
        <CopyButton text={url} label={words.copy} copied={words.copied} />
      </p>
      <div className="mt-4 flex flex-wrap items-center gap-2">
        {words.mail && (
          <a href={mail} className={buttonClass("primary")}>
            {words.mail}
          </a>
        )}
        <a href={url} className={buttonClass(words.mail ? "secondary" : "primary")}>
          {words.open}
        </a>
        <a href={again} className={buttonClass("quiet")}>
          {words.again}
        </a>
      </div>
    </div>
  );
}
