/**
 * What a text may contain, in 4 KiB whatever its length: a set of numbers, one for each short run of
 * characters in it (after i;unicode-casemap, RFC 5051). A text that contains a string has all numbers of
 * the string; one that lacks any cannot contain it. The other way round it is only likely: who has all of
 * them is read.
 *
 * Runs are of three UTF-16 units; of one and two units too where both are of scripts whose words are that
 * short, or halves of an emoji. A search for one or two Latin letters has no runs, and is a scan.
 */

/** Numbers are below this: one bit each is 4 KiB. */
export const BUCKETS = 32_768;
const BITMAP_BYTES = BUCKETS / 8;
/** With more of them a text seems to contain nearly everything: it is always read. */
const MAX_NUMBERS = 24_000;
/** UTF-16 units of a text that are looked at; longer ones are always read. */
const MAX_UNITS = 2_000_000;
/** Of one string; each halves the chance of an error at least. */
const MAX_WANTED = 16;
/** Han, kana, hangul syllables and the surrogates of everything newer begin here. */
const SHORT_WORDS = 0x2e80;

/**
 * Changes when other text would give other numbers: with what is collected here or in the scan, and with
 * the version of Unicode that decides what is upper case. Signatures of another version count for nothing.
 */
export const SIGNATURE_VERSION = 200_000 + Math.round(Number(process.versions.unicode) * 10);

/** Numbers of one text, gathered piece by piece. */
export class SignatureMaker {
  readonly #bits = Buffer.alloc(BITMAP_BYTES);
  /** The first of those that are set, in the order of their coming. */
  readonly #first = new Uint16Array(BITMAP_BYTES / 2);
  #count = 0;
  #units = 0;
  /** Last two units; -1 before there are any. */
  #before = -1;
  #beforeThat = -1;

  /** Reading on is of no use. */
  get tooLong(): boolean {
    return this.#count > MAX_NUMBERS || this.#units > MAX_UNITS;
  }

  /** The next piece, prepared by caseMap. */
  push(mapped: string): void {
    this.#units += mapped.length;
    let [a, b] = [this.#beforeThat, this.#before];
    for (let at = 0; at < mapped.length; at++) {
      const c = mapped.charCodeAt(at);
      if (c >= SHORT_WORDS) {
        this.#add(hash1(c));
        if (b >= SHORT_WORDS) this.#add(hash2(b, c));
      }
      if (a >= 0) this.#add(hash3(a, b, c));
      a = b;
      b = c;
    }
    [this.#beforeThat, this.#before] = [a, b];
  }

  /** Nothing is found across this border. */
  cut(): void {
    this.#before = this.#beforeThat = -1;
  }

  /** As it is stored; null: always to be read. */
  finish(): Buffer | null {
    if (this.tooLong) return null;
    if (this.#count * 2 >= BITMAP_BYTES) return this.#bits;
    const list = Buffer.alloc(this.#count * 2);
    const sorted = this.#first.subarray(0, this.#count).sort();
    for (const [at, bucket] of sorted.entries()) list.writeUInt16LE(bucket, at * 2);
    return list;
  }

  #add(bucket: number): void {
    if (hasBit(this.#bits, bucket)) return;
    setBit(this.#bits, bucket);
    if (this.#count < this.#first.length) this.#first[this.#count] = bucket;
    this.#count++;
  }
}

/** Numbers that a text has when it contains this, ascending; empty: nothing is known of such texts. */
export function wantedNumbers(mapped: string): number[] {
  const all = new Set<number>();
  for (let at = 0; at < mapped.length; at++) {
    const [a, b, c] = [mapped.charCodeAt(at), mapped.charCodeAt(at + 1), mapped.charCodeAt(at + 2)];
    if (at + 2 < mapped.length) all.add(hash3(a, b, c));
    else if (mapped.length === 2 && at === 0 && a >= SHORT_WORDS && b >= SHORT_WORDS)
      all.add(hash2(a, b));
    else if (mapped.length <= 2 && a >= SHORT_WORDS) all.add(hash1(a));
  }
  const step = Math.max(1, all.size / MAX_WANTED);
  const numbers = [...all];
  const some = Array.from({ length: Math.min(all.size, MAX_WANTED) }, (_, at) =>
    Number(numbers[Math.floor(at * step)]),
  );
  return some.sort((a, b) => a - b);
}

/** May a text with this signature contain what has these numbers? */
export function mayContain(signature: Buffer, wanted: readonly number[]): boolean {
  if (signature.length === BITMAP_BYTES) return wanted.every((bucket) => hasBit(signature, bucket));
  return wanted.every((bucket) => listHas(signature, bucket));
}

/** Every number of a signature. */
export function* numbersOf(signature: Buffer): Generator<number> {
  if (signature.length === BITMAP_BYTES) {
    for (let bucket = 0; bucket < BUCKETS; bucket++) if (hasBit(signature, bucket)) yield bucket;
  } else for (let at = 0; at < signature.length; at += 2) yield signature.readUInt16LE(at);
}

function listHas(list: Buffer, bucket: number): boolean {
  let low = 0;
  let high = list.length >>> 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list.readUInt16LE(middle * 2) < bucket) low = middle + 1;
    else high = middle;
  }
  return low * 2 < list.length && list.readUInt16LE(low * 2) === bucket;
}

export function hasBit(bits: Uint8Array, at: number): boolean {
  return ((bits[at >>> 3] ?? 0) & (1 << (at & 7))) !== 0;
}

export function setBit(bits: Uint8Array, at: number): void {
  bits[at >>> 3] = (bits[at >>> 3] ?? 0) | (1 << (at & 7));
}

const hash1 = (a: number): number => scatter(Math.imul(a, 0x9e3779b1) ^ 0x51ed270b);
const hash2 = (a: number, b: number): number =>
  scatter(Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca6b));
const hash3 = (a: number, b: number, c: number): number =>
  scatter(Math.imul(Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca6b) ^ c, 0xc2b2ae35));

/** The upper bits of a product are the well mixed ones. */
function scatter(mixed: number): number {
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 17;
}
