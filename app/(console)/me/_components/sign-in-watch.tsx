interface Props {
  /** What was seen, in words; null while nothing was. */
  readonly seen: string | null;
  readonly waiting: string;
}

/** Waits for a device. It says only what a sign-in has shown. */
export function SignInWatch({ seen, waiting }: Props) {
  return (
    <p
      role="status"
      className={`flex items-start gap-2 rounded-md px-3 py-2 text-sm ${seen ? "bg-good-wash text-good" : "bg-accent-wash text-ink"}`}
    >
      <svg
        aria-hidden="true"
        viewBox="0 0 10 10"
        className="mt-1 size-3 shrink-0"
        fill="none"
        stroke="currentColor"
      >
        {seen ? (
          <path d="M1.5 5.3 4 7.8 8.5 2.6" strokeWidth="1.6" />
        ) : (
          <circle cx="5" cy="5" r="4" strokeDasharray="2 1.6" />
        )}
      </svg>
      {seen ?? waiting}
    </p>
  );
}
