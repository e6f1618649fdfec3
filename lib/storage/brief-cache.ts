/**
 * Answers kept for a moment: long enough to help a burst of mail, short enough that a lost notice does
 * not matter. Concurrent askers share one look-up; failures are not kept, and neither is what was
 * being looked up when the cache was cleared.
 */
const KEEP_MS = 1_000;
const MAX_ENTRIES = 10_000;

export class BriefCache<T> {
  #entries = new Map<string, { readonly value: Promise<T>; readonly until: number }>();

  get(key: string, load: () => Promise<T>): Promise<T> {
    const entries = this.#entries;
    const known = entries.get(key);
    if (known !== undefined && known.until > performance.now()) return known.value;
    if (entries.size >= MAX_ENTRIES) entries.clear();
    const value = load();
    entries.set(key, { value, until: performance.now() + KEEP_MS });
    value.catch(() => entries.delete(key));
    return value;
  }

  clear(): void {
    this.#entries = new Map();
  }
}
