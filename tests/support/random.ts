/** Numbers that are the same at each run of a seed, everywhere: a failing one can be run again. */

/** A whole number from 0, below the one given. */
export type Random = (below: number) => number;

export function seeded(seed: number): Random {
  const next = mulberry32(seed);
  return (below) => next() % below;
}

/** From 0, below 1. */
export function seededFractions(seed: number): () => number {
  const next = mulberry32(seed);
  return () => next() / 2 ** 32;
}

/** Whole numbers of 32 bits. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
