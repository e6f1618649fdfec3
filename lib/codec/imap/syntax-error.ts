/** The command is not in the grammar. Its text may be shown to the peer: it quotes nothing received. */
export class ImapSyntaxError extends Error {
  constructor(text: string) {
    super(text);
    this.name = "ImapSyntaxError";
  }
}

/** SEARCH named a charset that we cannot read: answered NO [BADCHARSET (…)] (RFC 9051 §6.4.4). */
export class UnknownCharsetError extends Error {
  /** Its result was to be saved: now there is none (RFC 5182 §2.1). */
  readonly saves: boolean;
  constructor({ saves = false } = {}) {
    super("Unknown charset");
    this.name = "UnknownCharsetError";
    this.saves = saves;
  }
}

/** A URL of CATENATE that leads to nothing one may read: answered NO [BADURL …] (RFC 4469 §4.1). */
export class BadUrlError extends Error {
  readonly url: string;
  constructor(url: string, text: string) {
    super(text);
    this.name = "BadUrlError";
    this.url = url;
  }
}
