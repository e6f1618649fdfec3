/** What both sides of the race are to the bench. */
export interface Server {
  readonly name: string;
  /** Ports without and with TLS. */
  readonly imap: number;
  readonly imaps: number;
  /** Every process that is there because of it, the database's among them. */
  processes(): number[];
  log(): string;
  stop(): Promise<void>;
}
