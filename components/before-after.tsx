/** What stood there, and what stands there since: beside each other, below each other on a phone. */
import { Values } from "./values.tsx";

interface Side {
  readonly label: string;
  readonly values: readonly string[];
}

interface Props {
  readonly sides: readonly [before: Side, after: Side];
  /** Where nothing was found. */
  readonly none: string;
}

export function BeforeAfter({ sides, none }: Props) {
  return (
    <dl className="grid gap-px overflow-hidden rounded-md border border-line bg-line sm:grid-cols-2">
      {sides.map(({ label, values }) => (
        <div key={label} className="min-w-0 bg-surface px-3 py-2">
          <dt className="text-xs text-soft">{label}</dt>
          <dd>
            <Values values={values} none={none} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
