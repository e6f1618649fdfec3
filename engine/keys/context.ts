/** What moving keys on needs of an engine. */
import type { Logger } from "pino";
import type { Observer } from "../../lib/mail/dns/observer.ts";
import type { Clock } from "../../lib/mail/ports.ts";
import type { PublishContext } from "../publish/publish.ts";

export interface KeysContext extends PublishContext {
  readonly observer: Observer;
  readonly clock: Clock;
  readonly log: Logger;
}
