/** What every part of the engine is given: wired once in main.ts, by tests in tests/support/engine.ts. */
import type { Logger } from "pino";
import type { Settings } from "../lib/settings/settings.ts";
import type { Observer } from "../lib/mail/dns/observer.ts";
import type { BlobsFor, Clock, Directory, MailStore } from "../lib/mail/ports.ts";
import type { OutboundQueue, Resolver } from "../lib/mail/ports.ts";
import type { Authenticator } from "./sasl/authenticator.ts";
import type { Sessions } from "./sessions.ts";

export interface EngineContext {
  readonly settings: Settings;
  readonly log: Logger;
  readonly clock: Clock;
  readonly store: MailStore;
  readonly blobsFor: BlobsFor;
  readonly directory: Directory;
  readonly queue: OutboundQueue;
  readonly resolver: Resolver;
  /** Looks at all authorities of a zone, for checks. */
  readonly observer: Observer;
  readonly auth: Authenticator;
  /** Live, signed-in sessions of this process. */
  readonly sessions: Sessions;
}
