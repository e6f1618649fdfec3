export interface Consequence {
  readonly id: string;
  readonly title: string;
  readonly type: string;
  readonly name: string;
  readonly value: string;
  readonly before?: string;
}

interface Props {
  readonly title: string;
  readonly kind: "added" | "changed" | "removed" | "weighed";
  readonly records: readonly Consequence[];
}

/** A sign beside the colour: what is new, what goes, what is another. */
const SIGN = { added: "+", changed: "~", removed: "−", weighed: "·" } as const;
const TONE = {
  added: "text-good",
  changed: "text-accent",
  removed: "text-bad",
  weighed: "text-soft",
};

/** Records to which the same happens. */
export function ConsequenceList({ title, kind, records }: Props) {
  return (
    <section aria-label={title}>
      <h4 className="text-sm text-soft">{title}</h4>
      <ul className="mt-1 grid grid-cols-1 gap-2">
        {records.map(({ id, title: what, type, name, value, before }) => (
          <li key={id} className="flex items-baseline gap-2">
            <span aria-hidden="true" className={`w-3 shrink-0 font-mono ${TONE[kind]}`}>
              {SIGN[kind]}
            </span>
            <div className="min-w-0">
              <p>
                {what}{" "}
                <span translate="no" className="text-sm text-soft">
                  {type}
                </span>
              </p>
              <p className="font-mono text-[0.8125rem] wrap-anywhere" translate="no">
                {name} {kind !== "weighed" && value}
              </p>
              {before && (
                <p className="text-sm wrap-anywhere text-soft">
                  {kind === "weighed" ? `${before} → ${value}` : before}
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
