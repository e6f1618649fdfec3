/** DMARC, MTA-STS, TLS-RPT and DANE: both languages, same keys, same order. */
export const en = {} as const;

export const zh: Record<keyof typeof en, string> = {};
