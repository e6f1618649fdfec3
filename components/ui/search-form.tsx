import Link from "next/link";
import { buttonClass } from "./button.tsx";

interface Props {
  readonly action: string;
  readonly label: string;
  readonly query: string;
  readonly submit: string;
  readonly clear: string;
  readonly filter?: {
    readonly name: string;
    readonly label: string;
    readonly value: string;
    readonly options: readonly { readonly value: string; readonly text: string }[];
  };
}

/** A GET form: the address holds the search, so it can be linked, kept, and works without script. */
export function SearchForm({ action, label, query, submit, clear, filter }: Props) {
  const box = "min-h-10 rounded-md border border-edge bg-surface px-3 text-ink";
  return (
    <form
      action={action}
      method="get"
      role="search"
      className="mb-4 flex flex-wrap items-end gap-2"
    >
      <div className="min-w-0 grow sm:grow-0">
        <label htmlFor="q" className="mb-1 block text-sm text-soft">
          {label}
        </label>
        <input
          id="q"
          name="q"
          type="search"
          defaultValue={query}
          spellCheck={false}
          className={`${box} w-full sm:w-64`}
        />
      </div>
      {filter && (
        <div>
          <label htmlFor={filter.name} className="mb-1 block text-sm text-soft">
            {filter.label}
          </label>
          <select id={filter.name} name={filter.name} defaultValue={filter.value} className={box}>
            {filter.options.map(({ value, text }) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </div>
      )}
      <button className={buttonClass("secondary")}>{submit}</button>
      {(query !== "" || (filter && filter.value !== filter.options[0]?.value)) && (
        <Link href={action} className={buttonClass("quiet")}>
          {clear}
        </Link>
      )}
    </form>
  );
}
