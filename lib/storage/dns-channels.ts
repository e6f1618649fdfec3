/** NOTIFY channels of the checks. Payload as lib/storage/notifications.ts reads it. */

/** To engines: somebody wants a look sooner than planned. */
export const WATCH_CHANNEL = "posthorn_watch";
/** To open pages: checks of a domain were written. Words: ids of domains, or "server". */
export const DNS_CHANNEL = "posthorn_dns";
