/** The word that there is work in the mail queue: sent by whoever adds or releases rows. */
import type { Notifications } from "./notifications.ts";

export const QUEUE_CHANNEL = "posthorn_queue";

export function notifyQueue(notifications: Notifications): void {
  notifications.publish(QUEUE_CHANNEL);
}
