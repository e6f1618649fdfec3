import Link from "next/link";

interface Props {
  readonly label: string;
  readonly choices: readonly {
    readonly href: string;
    readonly text: string;
    readonly current: boolean;
  }[];
}

/** One of several, as links with addresses of their own: works without script, survives a reload. */
export function Choice({ label, choices }: Props) {
  return (
    <nav aria-label={label}>
      <p aria-hidden="true" className="mb-1.5 text-sm font-medium">
        {label}
      </p>
      <ul className="flex flex-wrap gap-1.5">
        {choices.map(({ href, text, current }) => (
          <li key={href}>
            <Link
              href={href}
              scroll={false}
              aria-current={current ? "true" : undefined}
              className="inline-flex min-h-9 items-center rounded-md border border-edge px-3 text-sm text-soft hover:text-ink aria-[current]:border-accent aria-[current]:bg-accent-wash aria-[current]:font-medium aria-[current]:text-accent"
            >
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
