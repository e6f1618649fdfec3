/** Leaving early, and not staying too long. */

/** The caller may leave; the question goes on for the others who wait for it. */
export function orAbort<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return answer;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason as Error);
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/**
 * Runs under a limit of time and the signals of others. Unlike AbortSignal.timeout() it leaves no timer behind
 * when it ends early: at a thousand questions a second those would pile up for seconds.
 */
export async function within<T>(
  ms: number,
  parents: readonly AbortSignal[],
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new DOMException("too long", "TimeoutError")), ms);
  const leave = (event: Event) => limit.abort(reasonOf(event));
  for (const parent of parents) {
    if (parent.aborted) limit.abort(parent.reason);
    else parent.addEventListener("abort", leave, { once: true });
  }
  try {
    return await run(limit.signal);
  } finally {
    clearTimeout(timer);
    for (const parent of parents) parent.removeEventListener("abort", leave);
  }
}

const reasonOf = ({ target }: Event): unknown =>
  target instanceof AbortSignal ? target.reason : undefined;
