"use client";

/** A button that has one name understood and looked at: the other one that could be meant, or the same again. */
import { useActionState } from "react";
import { Button, type Look } from "@/components/ui/button.tsx";
import type { ListState } from "@/lib/schemas/domains.ts";
import { idle } from "@/lib/schemas/form-state.ts";

interface Props {
  readonly action: (previous: ListState, form: FormData) => Promise<ListState>;
  readonly text: string;
  readonly submit: string;
  readonly look?: Look;
}

export function AgainForm({ action, text, submit, look = "secondary" }: Props) {
  const [state, run, pending] = useActionState(action, { ...idle, list: null });
  return (
    <form action={run}>
      <input type="hidden" name="text" value={text} />
      <Button look={look} disabled={pending}>
        {submit}
      </Button>
      {state.ok === false && (
        <p role="alert" className="mt-1 text-sm text-bad">
          {state.message}
        </p>
      )}
    </form>
  );
}
