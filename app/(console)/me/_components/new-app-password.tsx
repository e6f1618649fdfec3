"use client";

import type { ReactNode } from "react";
import { buttonClass } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { useFormAnswer } from "@/components/ui/form.tsx";
import { SignInWatch } from "./sign-in-watch.tsx";

interface Words {
  readonly made: string;
  readonly madeText: string;
  readonly copy: string;
  readonly copied: string;
  readonly waiting: string;
  readonly done: string;
}

interface Props {
  readonly words: Words;
  /** App passwords that were used, and the sentence about it. */
  readonly used: Readonly<Partial<Record<string, string>>>;
  /** Where "Done" leads: a new page, so that what was shown is gone. */
  readonly done: string;
  /** The fields of the form, until it was answered. */
  readonly children: ReactNode;
}

/** The one time that an app password is seen, and the moment when a device first uses it. */
export function NewAppPassword({ words, used, done, children }: Props) {
  const { made } = useFormAnswer();
  if (!made) return children;
  const { id = "", name = "", password = "" } = made;
  return (
    <div className="rounded-md border border-line bg-sunken p-4">
      <h3 className="font-semibold wrap-anywhere">{words.made.replace("{name}", name)}</h3>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <code
          translate="no"
          className="flex flex-wrap gap-x-3 gap-y-1 rounded-md border border-edge bg-surface px-3 py-2 text-lg tracking-wide select-all"
        >
          {password.split(" ").map((group, index) => (
            <span key={index}>{`${group} `}</span>
          ))}
        </code>
        <CopyButton text={password} label={words.copy} copied={words.copied} />
      </div>
      <p className="mt-3 max-w-prose text-sm text-soft">{words.madeText}</p>
      <div className="mt-4">
        <SignInWatch seen={used[id] ?? null} waiting={words.waiting} />
      </div>
      <p className="mt-4">
        {/* A whole new page: nothing of the password stays in this one. */}
        <a href={done} className={buttonClass("primary")}>
          {words.done}
        </a>
      </p>
    </div>
  );
}
