"use client";

import type { ReactNode } from "react";
import { buttonClass } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { useFormAnswer } from "@/components/ui/form.tsx";

interface Words {
  readonly qr: string;
  readonly copy: string;
  readonly copied: string;
  readonly open: string;
  readonly again: string;
  readonly steps: readonly string[];
}

interface Props {
  readonly words: Words;
  readonly again: string;
  readonly children: ReactNode;
}

/** The link, as a picture for the camera and as text, with what to do on the device. */
export function DeviceLink({ words, again, children }: Props) {
  const { made } = useFormAnswer();
  if (!made) return children;
  const { url = "", picture = "", title = "" } = made;
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
      <div className="mt-4 flex flex-wrap items-center gap-2">
        <a href={url} className={buttonClass("primary")}>
          {words.open}
        </a>
        <CopyButton text={url} label={words.copy} copied={words.copied} />
        <a href={again} className={buttonClass("quiet")}>
          {words.again}
        </a>
      </div>
    </div>
  );
}
