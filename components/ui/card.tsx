import type { ReactNode } from "react";

interface Props {
  readonly title?: ReactNode;
  readonly lead?: ReactNode;
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
  /** No padding: for tables, which bring their own. */
  readonly flush?: boolean;
  readonly id?: string;
}

export function Card({ title, lead, aside, children, flush = false, id }: Props) {
  return (
    <section id={id} className="rounded-lg border border-line bg-surface">
      {(title ?? aside) && (
        <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-4 pb-3 sm:px-5">
          <div className="min-w-0">
            <h2 className="text-base font-semibold">{title}</h2>
            {lead && <p className="mt-0.5 max-w-prose text-soft">{lead}</p>}
          </div>
          {aside}
        </header>
      )}
      <div
        className={flush ? "" : `px-4 pb-4 sm:px-5 sm:pb-5 ${title || aside ? "" : "pt-4 sm:pt-5"}`}
      >
        {children}
      </div>
    </section>
  );
}
