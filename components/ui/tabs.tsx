import Link from "next/link";

export interface Tab {
  readonly href: string;
  readonly text: string;
  readonly current: boolean;
}

interface Props {
  readonly label: string;
  readonly tabs: readonly Tab[];
  /** On a phone in several lines, where each should be seen, instead of one that scrolls. */
  readonly wrap?: boolean;
}

/** Views with addresses of their own, so they are links, not ARIA tabs. */
export function Tabs({ label, tabs, wrap = false }: Props) {
  return (
    <nav aria-label={label} className="mb-5 border-b border-line">
      <ul className={`-mb-px flex gap-x-1 ${wrap ? "flex-wrap" : "overflow-x-auto"}`}>
        {tabs.map(({ href, text, current }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={current ? "page" : undefined}
              className="inline-flex min-h-10 whitespace-nowrap items-center border-b-2 border-transparent px-3 text-sm font-medium text-soft hover:text-ink aria-[current]:border-accent aria-[current]:text-ink"
            >
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
