/** What the watch needs of an engine. */
import type { Notifications } from "../../lib/storage/notifications.ts";
import type { EngineContext } from "../context.ts";
import type { KeysContext } from "../keys/context.ts";

export interface WatchContext extends EngineContext, KeysContext {
  readonly notifications: Notifications;
  /** PEM roots that probes verify certificates with; null: those that Node carries. */
  readonly roots: readonly string[] | null;
}
