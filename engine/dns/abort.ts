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
