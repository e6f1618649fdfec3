import type { ReactNode } from "react";

/** Absence, as a sentence with the next step. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title?: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="rounded-lg border border-dashed border-line bg-surface px-5 py-10 text-center">
      {title && <h2 className="text-base font-semibold">{title}</h2>}
      <p className="mx-auto mt-1 max-w-[52ch] text-soft">{children}</p>
      {action && <div className="mt-5">{action}</div>}
    </div>
  );
}
