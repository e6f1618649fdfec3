"use client";

/**
 * The one field: a domain, or a list of them. One leads on to its own page; of a list the answer stands below
 * the field, line by line, with the button that adds what can be added. Works without script.
 */
import Link from "next/link";
import { useActionState, useEffect, useRef } from "react";
import { ModeChoice } from "@/components/mode-choice.tsx";
import { Badge, type Glyph, type Tone } from "@/components/ui/badge.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { GridTable } from "@/components/ui/grid-table.tsx";
import type { ListResult, ListRow, ListState } from "@/lib/schemas/domains.ts";
import { idle } from "@/lib/schemas/form-state.ts";

export interface ListWords {
  readonly field: string;
  readonly hint: string;
  readonly go: string;
  readonly lookAgain: string;
  readonly working: string;
  readonly none: string;
  readonly keys: string;
  readonly domains: string;
  readonly use: string;
  readonly reports: string;
  readonly reportsHint: string;
  readonly results: Readonly<Record<ListResult, string>>;
  readonly columns: readonly [text: string, understood: string, result: string];
}

interface Props {
  readonly action: (previous: ListState, form: FormData) => Promise<ListState>;
  readonly words: ListWords;
  readonly modes: readonly {
    readonly value: string;
    readonly title: string;
    readonly text: string;
  }[];
}

export function ListForm({ action, words, modes }: Props) {
  const [state, run, pending] = useActionState(action, { ...idle, list: null });
  const { list, values, errors } = state;
  const field = useRef<HTMLTextAreaElement>(null);
  const summary = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (state.ok === false) field.current?.focus();
    else if (state.list) summary.current?.focus();
  }, [state]);
  const error = errors["text"];
  const isDone = list?.isDone === true;
  return (
    <form action={run} noValidate className="flex flex-col gap-4">
      {!isDone && (
        <div className="max-w-xl">
          <label htmlFor="f-text" className="mb-1 block text-sm font-medium">
            {words.field}
          </label>
          <textarea
            ref={field}
            id="f-text"
            name="text"
            rows={list ? 8 : 3}
            required
            key={values["text"]}
            defaultValue={values["text"]}
            spellCheck={false}
            autoCapitalize="none"
            autoComplete="off"
            aria-invalid={error ? true : undefined}
            aria-describedby={error ? "f-text-error f-text-hint" : "f-text-hint"}
            className="block w-full min-w-0 rounded-md border border-edge bg-surface px-3 py-2 text-ink aria-invalid:border-bad"
          />
          {error && (
            <p id="f-text-error" role="alert" className="mt-1 text-sm text-bad">
              {error}
            </p>
          )}
          <p id="f-text-hint" className="mt-1 text-sm text-soft">
            {words.hint}
          </p>
        </div>
      )}
      {list && (
        <h2 ref={summary} tabIndex={-1} className="text-base font-semibold">
          {list.summary}
        </h2>
      )}
      {list && !isDone && list.valid > 0 && (
        <>
          <ModeChoice legend={words.use} options={modes} chosen={values["mode"] ?? "full"} />
          <ReportsField words={words} state={state} />
        </>
      )}
      <div className="flex flex-wrap items-center gap-3">
        {list && !isDone && list.valid > 0 && (
          <Button name="step" value="add" disabled={pending}>
            {pending ? words.working : list.add}
          </Button>
        )}
        {!isDone && (
          <Button
            name="step"
            value="look"
            look={list && list.valid > 0 ? "secondary" : "primary"}
            disabled={pending}
          >
            {pending ? words.working : list ? words.lookAgain : words.go}
          </Button>
        )}
        {isDone && <ButtonLink href="/domains">{words.domains}</ButtonLink>}
        {list?.jobId && (
          <Link href={`/work/${list.jobId}`} className="text-accent hover:underline">
            {words.keys}
          </Link>
        )}
      </div>
      {state.ok === false && !error && (
        <p role="alert" className="text-sm text-bad">
          {state.message}
        </p>
      )}
      {list && !isDone && list.valid === 0 && <p className="text-soft">{words.none}</p>}
      {list && <Rows rows={list.rows} caption={list.summary} words={words} />}
    </form>
  );
}

function ReportsField({ words, state }: { words: ListWords; state: ListState }) {
  const error = state.errors["reportsTo"];
  const value = state.values["reportsTo"];
  return (
    <div className="max-w-xl">
      <label htmlFor="f-reportsTo" className="mb-1 block text-sm font-medium">
        {words.reports}
      </label>
      <input
        key={value}
        id="f-reportsTo"
        name="reportsTo"
        type="email"
        defaultValue={value}
        autoComplete="off"
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? "f-reportsTo-error f-reportsTo-hint" : "f-reportsTo-hint"}
        className="block min-h-10 w-full min-w-0 rounded-md border border-edge bg-surface px-3 py-2 text-ink aria-invalid:border-bad"
      />
      {error && (
        <p id="f-reportsTo-error" className="mt-1 text-sm text-bad">
          {error}
        </p>
      )}
      <p id="f-reportsTo-hint" className="mt-1 text-sm text-soft">
        {words.reportsHint}
      </p>
    </div>
  );
}

const LOOKS: Partial<Record<ListResult, { readonly tone: Tone; readonly glyph: Glyph }>> = {
  valid: { tone: "accent", glyph: "dot" },
  lab: { tone: "accent", glyph: "dot" },
  added: { tone: "good", glyph: "tick" },
  taken: { tone: "neutral", glyph: "dash" },
  repeated: { tone: "neutral", glyph: "dash" },
};
const REFUSED = { tone: "warn", glyph: "cross" } as const;

interface RowsProps {
  readonly rows: readonly ListRow[];
  readonly caption: string;
  readonly words: ListWords;
}

/** Long lists scroll in a box of their own; it has the focus for those who scroll by keyboard. */
function Rows({ rows, caption, words: { columns, results } }: RowsProps) {
  return (
    <div
      role="region"
      aria-label={caption}
      tabIndex={0}
      className="max-h-128 overflow-y-auto rounded-lg border border-line"
    >
      <GridTable caption={caption} columns={columns}>
        {rows.map(({ text, name, shown, result }, at) => (
          <tr key={at}>
            <th scope="row" className="wrap-anywhere">
              <bdi translate="no">{text}</bdi>
            </th>
            <td data-label={columns[1]} className="wrap-anywhere">
              {name === null ? (
                "–"
              ) : result === "added" || result === "taken" ? (
                <Link href={`/domains/${name}`} title={name} className="text-accent underline">
                  <bdi translate="no">{shown ?? name}</bdi>
                </Link>
              ) : (
                <bdi translate="no" title={name}>
                  {shown ?? name}
                  {shown && <span className="block text-sm text-soft">{name}</span>}
                </bdi>
              )}
            </td>
            <td data-label={columns[2]}>
              <Badge {...(LOOKS[result] ?? REFUSED)}>{results[result]}</Badge>
            </td>
          </tr>
        ))}
      </GridTable>
    </div>
  );
}
