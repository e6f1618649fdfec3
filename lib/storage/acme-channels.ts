/** NOTIFY channels of certificates by ACME. Payload as lib/storage/notifications.ts reads it. */

/** To engines: an account, or a name that shall have a certificate, changed. */
export const ACME_CHANNEL = "posthorn_acme";
/** To web processes: answers to challenges by TLS came or went. */
export const CHALLENGE_CHANNEL = "posthorn_challenge";
