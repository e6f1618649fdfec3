/** What certificates by ACME need of an engine. */
import type { KeysContext } from "../keys/context.ts";
import type { Notifications } from "../../lib/storage/notifications.ts";

export interface AcmeContext extends KeysContext {
  readonly notifications: Notifications;
  /** Names the leases of this process. */
  readonly worker: string;
}
