/**
 * What a domain is used for here: everything; receiving (forwards go out, people send elsewhere); sending
 * (MX is elsewhere); or just reports about it (DMARC, TLS), while all of its mail is elsewhere.
 *
 * Records, servers and pages ask the questions below and never compare words: a domain that does not
 * receive here is, for mail to it, a domain of somebody else.
 *
 * No null MX (RFC 7505) in any mode: where mail is sent, §4.2 asks not to publish one; where the domain is
 * only watched, MX is not ours to say.
 */
export type DomainMode = "full" | "receive" | "send" | "reports";

export const DOMAIN_MODES: readonly DomainMode[] = ["full", "receive", "send", "reports"];

/** As the database has it; it refuses other words. */
export const domainMode = (text: string): DomainMode =>
  DOMAIN_MODES.find((mode) => mode === text) ?? "full";

/** Mail to the domain is stored or forwarded here. */
export const receivesMail = (mode: DomainMode): boolean => mode === "full" || mode === "receive";

/** Accounts of the domain write in its name. */
export const sendsMail = (mode: DomainMode): boolean => mode === "full" || mode === "send";

/** Mail leaves here in its name, if only what is forwarded (SRS): its SPF record names this server. */
export const vouchesForUs = (mode: DomainMode): boolean => mode !== "reports";
