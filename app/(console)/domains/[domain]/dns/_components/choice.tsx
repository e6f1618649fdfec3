import Link from "next/link";

interface Props {
  readonly label: string;
  readonly current: string;
  readonly options: readonly {
    readonly value: string;
    readonly text: string;
    readonly href: string;
  }[];
}

/** One of a few ways to see the page, each with its address. */
export function Choice({ label, current, options }: Props) {
  return (
    <nav aria-label={label} className="flex flex-wrap items-center gap-2 text-sm">
      <span aria-hidden="true" className="text-soft">
        {label}
      </span>
      <ul className="flex rounded-md border border-edge p-0.5">
        {options.map(({ value, text, href }) => (
          <li key={value}>
            <Link
              href={href}
              aria-current={value === current ? "true" : undefined}
              scroll={false}
              className="inline-flex min-h-8 items-center rounded px-2.5 text-soft hover:text-ink aria-[current]:bg-accent-wash aria-[current]:font-medium aria-[current]:text-accent"
            >
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
