/** Values of a record as they stand, one on a line, or a word for none. */
export function Values({ values, none }: { values: readonly string[]; none: string }) {
  if (values.length === 0) return <p className="text-soft">{none}</p>;
  return values.map((value) => (
    <code
      key={value}
      translate="no"
      className="block font-mono text-[0.8125rem] whitespace-pre-wrap wrap-anywhere"
    >
      {value}
    </code>
  ));
}
