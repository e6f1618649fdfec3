/**
 * Text that contains text: RFC 9051 §6.4.4 "case-insensitive" by i;unicode-casemap, as I18NLEVEL=1
 * wants it (RFC 5255 §4.3). Long texts are searched by pieces, cut anywhere.
 */
import { caseMap } from "../../../lib/mail/collation.ts";
import { SignatureMaker } from "../../../lib/mail/text-signature.ts";

export function contains(text: string, wanted: string): boolean {
  return wanted === "" || caseMap(text).includes(caseMap(wanted));
}

/** Accents at the end of a piece may have to change places with those that follow: kept for later. */
const OPEN_END = /(?:[\ud800-\udbff]|[^\p{M}]?\p{M}{1,32})$/u;
/** No longer than this, in UTF-16 units. */
const MAX_OPEN = 66;

/** A stream of text, prepared for comparison piece by piece: the same pieces for whoever takes them. */
export interface TextSink {
  /** Nothing that follows changes anything. */
  readonly done: boolean;
  push(text: string): void;
  /** Another part begins, or none: nothing is found across the border. */
  cut(): void;
}

abstract class MappedText implements TextSink {
  /** Not prepared yet, for the character may not be whole. */
  #held = "";
  abstract readonly done: boolean;
  /** The next piece, prepared, and not to be prepared again. */
  protected abstract take(mapped: string): void;
  protected abstract border(): void;

  push(text: string): void {
    if (this.done || text === "") return;
    const whole = this.#held + text;
    const open = OPEN_END.exec(whole.slice(-MAX_OPEN))?.[0].length ?? 0;
    this.#held = whole.slice(whole.length - open);
    this.take(caseMap(whole.slice(0, whole.length - open)));
  }

  cut(): void {
    if (!this.done && this.#held !== "") this.take(caseMap(this.#held));
    this.#held = "";
    this.border();
  }
}

/** Finds a string in a stream; holds as much of the past as the string is long. */
export class Finder extends MappedText {
  readonly #wanted: string;
  #tail = "";
  found = false;

  constructor(wanted: string) {
    super();
    this.#wanted = caseMap(wanted);
    this.found = this.#wanted === "";
  }

  get done(): boolean {
    return this.found;
  }

  protected take(mapped: string): void {
    const window = this.#tail + mapped;
    this.found = window.includes(this.#wanted);
    this.#tail = window.slice(-this.#wanted.length);
  }

  protected border(): void {
    this.#tail = "";
  }
}

/** Makes the signature of a stream for the index: of exactly what a Finder would have seen. */
export class SignatureSink extends MappedText {
  readonly #maker = new SignatureMaker();

  get done(): boolean {
    return this.#maker.tooLong;
  }

  protected take(mapped: string): void {
    this.#maker.push(mapped);
  }

  protected border(): void {
    this.#maker.cut();
  }

  finish(): Buffer | null {
    return this.#maker.finish();
  }
}
