/**
 * Prepares the next few things while one is sent: hides the time that the store takes to answer.
 * Results come in order; at most `AHEAD` are held.
 */
const AHEAD = 4;

export async function* inOrder<T, R>(
  items: readonly T[],
  prepare: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const under: Promise<R>[] = [];
  const start = (item: T) => {
    const promise = prepare(item);
    promise.catch(() => {}); // awaited below, unless one before it fails: then nobody asks any more
    under.push(promise);
  };
  for (const item of items.slice(0, AHEAD)) start(item);
  for (let next = AHEAD; ; next++) {
    const first = under.shift();
    if (first === undefined) return;
    const result = await first;
    const item = items[next];
    if (item !== undefined) start(item);
    yield result;
  }
}
