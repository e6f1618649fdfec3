"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { AtSign, CircleUser, House, Inbox, ListChecks, Send, Server } from "lucide-react";

const ICONS = {
  home: House,
  domains: AtSign,
  queue: Send,
  system: Server,
  work: ListChecks,
  account: CircleUser,
  mailbox: Inbox,
};

interface NavLink {
  readonly href: string;
  readonly text: string;
  readonly icon: keyof typeof ICONS;
  readonly count?: number;
  /** The count as a sentence. */
  readonly countText?: string;
}

export function NavLinks({ links }: { links: readonly NavLink[] }) {
  const path = usePathname();
  return (
    <ul className="relative -mx-1 flex overflow-x-auto md:mx-0 md:flex-col md:gap-0.5">
      {links.map(({ href, text, icon, count = 0, countText }) => {
        const Icon = ICONS[icon];
        const current = path === href || path.startsWith(`${href}/`);
        return (
          <li key={href} className="shrink-0">
            <Link
              href={href}
              aria-current={current ? (path === href ? "page" : "true") : undefined}
              className="flex min-h-10 items-center gap-2.5 border-b-2 border-transparent px-2 text-sm font-medium text-soft hover:text-ink aria-[current]:border-accent aria-[current]:text-ink md:min-h-9 md:rounded-md md:border-0 md:hover:bg-sunken md:aria-[current]:bg-accent-wash md:aria-[current]:text-accent"
            >
              <Icon aria-hidden className="hidden size-4 sm:block" />
              {text}
              {count > 0 && (
                <span className="ms-auto rounded-full bg-accent px-1.5 text-xs text-on-accent tabular-nums">
                  <span aria-hidden="true">{count}</span>
                  <span className="sr-only">{countText}</span>
                </span>
              )}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
