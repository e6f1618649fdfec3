/** What a check of records needs beside the record: where to look, and what is known already. */
import type { Observer, ZoneFacts } from "../observer.ts";
import type { DomainSettings, ServerSettings } from "../settings.ts";

export interface CheckContext {
  readonly observer: Observer;
  /** Null: the server's own records are checked. */
  readonly domain: DomainSettings | null;
  readonly server: ServerSettings;
  /** Of the domain's zone, or of the host's. */
  readonly zone: ZoneFacts;
  readonly now: Date;
  readonly signal?: AbortSignal;
}
