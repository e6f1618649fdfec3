/** Where the changes of a domain are listed, or (null) those of the server. */
export const historyPath = (domain: string | null): string =>
  domain === null ? "/system/identity/history" : `/domains/${domain}/dns/history`;
