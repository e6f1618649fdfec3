"use client";

/**
 * Forms over server actions. The form keeps what the action answered; fields find their refusal and
 * what was typed by their name. Without script the browser posts the same form and the page comes back
 * with the same answers.
 */
import {
  createContext,
  useActionState,
  useContext,
  useEffect,
  useRef,
  type ReactNode,
} from "react";
import { idle, type FormState } from "@/lib/schemas/form-state.ts";
import { Button, type Look } from "./button.tsx";

export type FormAction = (previous: FormState, form: FormData) => Promise<FormState>;

const State = createContext<FormState>(idle);

interface FormProps {
  readonly action: FormAction;
  readonly submit: string;
  readonly working: string;
  readonly look?: Look;
  readonly children?: ReactNode;
  /** Names the form's button when its text alone would not (a row's "Delete"). */
  readonly submitLabel?: string;
  readonly row?: boolean;
  /** After it was done there is nothing to do again: the button goes. */
  readonly closes?: boolean;
}

/** For parts of a form that show what its action answered. */
export const useFormAnswer = (): FormState => useContext(State);

/** What is wrong with a group of fields of which none has that name. */
export function FieldError({ name }: { name: string }) {
  const error = useContext(State).errors[name];
  return error ? <p className="mt-1 text-sm text-bad">{error}</p> : null;
}

export function ActionForm(props: FormProps) {
  const { action, submit, working, look = "primary", children, submitLabel, row = false } = props;
  const { closes = false } = props;
  const [state, run, pending] = useActionState(action, idle);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // After a refusal, the first field that needs another look has the focus.
    if (state.ok === false)
      form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [state]);
  return (
    <form
      ref={form}
      action={run}
      className={row ? "flex flex-wrap items-end gap-3" : "flex flex-col gap-4"}
      noValidate
    >
      <State value={state}>{children}</State>
      {closes && state.ok === true ? null : (
        <div className="flex flex-wrap items-center gap-3">
          <Button look={look} disabled={pending} aria-label={submitLabel}>
            {pending ? working : submit}
          </Button>
        </div>
      )}
      <p
        role={state.ok === false ? "alert" : "status"}
        className={`text-sm empty:hidden ${row ? "basis-full" : ""} ${state.ok === false ? "text-bad" : "text-good"}`}
      >
        {state.message}
      </p>
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly type?: "text" | "email" | "password" | "number";
  readonly defaultValue?: string;
  readonly autoComplete?: string;
  readonly required?: boolean;
  /** What stands after the field and belongs to it: "@example.com". */
  readonly suffix?: string;
  readonly multiline?: boolean;
  readonly options?: readonly { readonly value: string; readonly text: string }[];
  /** More than one form of a page may have a field of this name. */
  readonly idPrefix?: string;
}

const BOX =
  "block w-full min-w-0 rounded-md border border-edge bg-surface px-3 py-2 text-ink " +
  "placeholder:text-soft aria-invalid:border-bad";

export function FormField(props: FieldProps) {
  const { name, label, hint, suffix, multiline = false, options, idPrefix = "f", ...input } = props;
  const state = useContext(State);
  const error = state.errors[name];
  const id = `${idPrefix}-${name}`;
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  const shared = {
    id,
    name,
    required: input.required ?? false,
    defaultValue: state.values[name] ?? input.defaultValue ?? "",
    "aria-describedby": describedBy || undefined,
    "aria-invalid": error ? true : undefined,
    autoComplete: input.autoComplete,
    spellCheck: false,
    autoCapitalize: "none",
  } as const;
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <div className="flex items-stretch">
        {options ? (
          <select key={shared.defaultValue} {...shared} className={`${BOX} min-h-10`}>
            {options.map(({ value, text }) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        ) : multiline ? (
          <textarea {...shared} rows={3} className={BOX} />
        ) : (
          <input
            {...shared}
            type={input.type ?? "text"}
            className={`${BOX} min-h-10 ${suffix ? "rounded-e-none" : ""}`}
          />
        )}
        {suffix && (
          <span className="flex max-w-[60%] shrink-0 items-center overflow-hidden rounded-e-md border border-s-0 border-edge bg-sunken px-3 text-soft">
            <bdi className="truncate">{suffix}</bdi>
          </span>
        )}
      </div>
      {error && (
        <p id={`${id}-error`} className="mt-1 text-sm text-bad">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-sm text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}

interface CheckboxProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly checked?: boolean;
}

/** After a refusal it shows what was sent: a box that was not ticked is not among the values. */
export function Checkbox({ name, label, hint, checked = false }: CheckboxProps) {
  const state = useContext(State);
  const ticked = state.ok === false ? state.values[name] !== undefined : checked;
  return (
    <label className="flex min-h-8 cursor-pointer items-start gap-2.5 py-1">
      <input
        key={String(ticked)}
        type="checkbox"
        name={name}
        defaultChecked={ticked}
        className="mt-0.5 size-4.5 shrink-0 accent-accent"
      />
      <span className="min-w-0 wrap-anywhere">
        {label}
        {hint && <span className="block text-soft">{hint}</span>}
      </span>
    </label>
  );
}

/** Tells password managers whose password the form is about. */
export function UserName({ address }: { address: string }) {
  return (
    <input type="text" name="username" autoComplete="username" value={address} readOnly hidden />
  );
}
