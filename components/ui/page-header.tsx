import Link from "next/link";
import type { ReactNode } from "react";

export interface Crumb {
  readonly href: string;
  readonly text: string;
}

interface Props {
  readonly title: ReactNode;
  readonly crumbs?: readonly Crumb[];
  readonly crumbsLabel?: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
}

export function PageHeader({ title, crumbs = [], crumbsLabel, lead, actions }: Props) {
  return (
    <div className="mb-6">
      {crumbs.length > 0 && (
        <nav aria-label={crumbsLabel} className="mb-1.5 text-sm text-soft">
          <ol className="flex flex-wrap gap-x-1.5">
            {crumbs.map(({ href, text }) => (
              <li key={href} className="flex gap-x-1.5">
                <Link href={href} className="hover:text-ink hover:underline">
                  <bdi>{text}</bdi>
                </Link>
                <span aria-hidden="true">/</span>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div className="flex flex-wrap items-start justify-between gap-3">
        <h1 className="min-w-0 text-2xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {lead && <p className="mt-1.5 max-w-[68ch] text-soft">{lead}</p>}
    </div>
  );
}
