/** What an action answers to its form: words for people, already in their language. */
export interface FormState {
  /** Null before anything was asked. */
  readonly ok: boolean | null;
  readonly message: string;
  /** Field name → what is wrong with it. */
  readonly errors: Readonly<Partial<Record<string, string>>>;
  /** What was typed, to be shown again after a refusal. Never a password. */
  readonly values: Readonly<Partial<Record<string, string>>>;
  /** What was made and is shown in this answer alone: a password of ours, a link. */
  readonly made?: Readonly<Record<string, string>>;
}

export const idle: FormState = { ok: null, message: "", errors: {}, values: {} };
