import { ButtonLink } from "./button.tsx";

interface Props {
  readonly label: string;
  readonly previous?: { readonly href: string; readonly text: string } | null;
  readonly next?: { readonly href: string; readonly text: string } | null;
}

export function Pager({ label, previous, next }: Props) {
  if (!previous && !next) return null;
  return (
    <nav aria-label={label} className="mt-4 flex justify-between gap-3">
      {previous ? (
        <ButtonLink look="secondary" href={previous.href} rel="prev">
          {previous.text}
        </ButtonLink>
      ) : (
        <span />
      )}
      {next && (
        <ButtonLink look="secondary" href={next.href} rel="next">
          {next.text}
        </ButtonLink>
      )}
    </nav>
  );
}
