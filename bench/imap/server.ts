/** What both sides of the race are to the bench. */
export interface Server {
  readonly name: string;
  /** Ports without and with TLS. */
  readonly imap: number;
  readonly imaps: number;
  /** Every process that is there because of it, the database's among them. */
  processes(): number[];
  /** Resolves when its memory is what it needs: with a garbage collector, after it was told to collect. */
  settle(): Promise<void>;
  log(): string;
  stop(): Promise<void>;
}
