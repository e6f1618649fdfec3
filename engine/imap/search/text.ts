/**
 * Text that contains text: RFC 9051 §6.4.4 "case-insensitive", by Unicode's simple lower case in NFC.
 * Long texts are searched by pieces, cut anywhere.
 */
export function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

export function contains(text: string, wanted: string): boolean {
  return wanted === "" || fold(text).includes(fold(wanted));
}

/** Finds a string in a stream; holds as much of the past as the string is long. */
export class Finder {
  readonly #wanted: string;
  #tail = "";
  found = false;

  constructor(wanted: string) {
    this.#wanted = fold(wanted);
    this.found = this.#wanted === "";
  }

  push(text: string): void {
    if (this.found || text === "") return;
    const window = fold(this.#tail + text);
    this.found = window.includes(this.#wanted);
    this.#tail = window.slice(-this.#wanted.length);
  }

  /** Another part begins: nothing is found across the border. */
  cut(): void {
    this.#tail = "";
  }
}
