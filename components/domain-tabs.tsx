"use client";

import { usePathname } from "next/navigation";
import { Tabs } from "./ui/tabs.tsx";

interface Props {
  readonly label: string;
  readonly base: string;
  /** Path below the base → text. */
  readonly words: Readonly<Record<string, string>>;
}

export function DomainTabs({ label, base, words }: Props) {
  const path = usePathname();
  const tabs = Object.entries(words).map(([below, text]) => {
    const href = base + below;
    return { href, text, current: below === "" ? path === href : path.startsWith(href) };
  });
  return <Tabs label={label} tabs={tabs} />;
}
