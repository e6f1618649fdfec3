/**
 * Text that contains text: RFC 9051 §6.4.4 "case-insensitive" by i;unicode-casemap, as I18NLEVEL=1
 * wants it (RFC 5255 §4.3). Long texts are searched by pieces, cut anywhere.
 */
import { caseMap } from "../../../lib/mail/collation.ts";

export function contains(text: string, wanted: string): boolean {
  return wanted === "" || caseMap(text).includes(caseMap(wanted));
}

/** Accents at the end of a piece may have to change places with those that follow: kept for later. */
const OPEN_END = /(?:[\ud800-\udbff]|[^\p{M}]?\p{M}{1,32})$/u;
/** No longer than this, in UTF-16 units. */
const MAX_OPEN = 66;

/** Finds a string in a stream; holds as much of the past as the string is long. */
export class Finder {
  readonly #wanted: string;
  /** Not prepared yet, for the character may not be whole. */
  #held = "";
  /** Prepared, and not to be prepared again. */
  #tail = "";
  found = false;

  constructor(wanted: string) {
    this.#wanted = caseMap(wanted);
    this.found = this.#wanted === "";
  }

  push(text: string): void {
    if (this.found || text === "") return;
    const whole = this.#held + text;
    const open = OPEN_END.exec(whole.slice(-MAX_OPEN))?.[0].length ?? 0;
    this.#held = whole.slice(whole.length - open);
    this.#look(whole.slice(0, whole.length - open));
  }

  #look(text: string): void {
    const window = this.#tail + caseMap(text);
    this.found = window.includes(this.#wanted);
    this.#tail = window.slice(-this.#wanted.length);
  }

  /** Another part begins, or none: nothing is found across the border. */
  cut(): void {
    if (!this.found && this.#held !== "") this.#look(this.#held);
    this.#held = "";
    this.#tail = "";
  }
}
