/** One thing that was looked at. "unknown" is not "wrong": it could not be measured. */
export interface Finding {
  readonly state: "ok" | "warning" | "wrong" | "unknown";
  readonly subject: string;
  readonly text: string;
  readonly remedy?: string;
}

export const ok = (subject: string, text: string): Finding => ({ state: "ok", subject, text });

export const unknown = (subject: string, text: string): Finding => ({
  state: "unknown",
  subject,
  text,
});

export function trouble(
  state: "warning" | "wrong",
  { subject, text, remedy }: { subject: string; text: string; remedy: string },
): Finding {
  return { state, subject, text, remedy };
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);
