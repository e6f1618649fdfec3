/** Authorities that people may know, with where their directories are. Any other is as good: by its address. */
export interface Authority {
  readonly id: string;
  readonly name: string;
  readonly directoryUrl: string;
  /** Accounts there belong to an account made elsewhere (RFC 8555 §7.3.4). */
  readonly needsExternalAccount: boolean;
  /** Its certificates are accepted by nobody: for trying. */
  readonly isTest: boolean;
}

const authority = (
  id: string,
  name: string,
  directoryUrl: string,
  { needsExternalAccount = false, isTest = false } = {},
): Authority => ({ id, name, directoryUrl, needsExternalAccount, isTest });

const BY_OTHERS = { needsExternalAccount: true };

export const AUTHORITIES: readonly Authority[] = [
  authority("letsencrypt", "Let's Encrypt", "https://acme-v02.api.letsencrypt.org/directory"),
  authority(
    "letsencrypt-staging",
    "Let's Encrypt (staging)",
    "https://acme-staging-v02.api.letsencrypt.org/directory",
    { isTest: true },
  ),
  authority("zerossl", "ZeroSSL", "https://acme.zerossl.com/v2/DV90", BY_OTHERS),
  authority("buypass", "Buypass", "https://api.buypass.com/acme/directory"),
  authority(
    "google",
    "Google Trust Services",
    "https://dv.acme-v02.api.pki.goog/directory",
    BY_OTHERS,
  ),
];

export const authorityAt = (directoryUrl: string): Authority | null =>
  AUTHORITIES.find((known) => known.directoryUrl === directoryUrl) ?? null;

/** How a name is proved: RFC 8555 §8.3, §8.4, RFC 8737. In the order in which they are usually tried. */
export const ACME_METHODS = ["http-01", "tls-alpn-01", "dns-01"] as const;
export type AcmeMethod = (typeof ACME_METHODS)[number];

export const isAcmeMethod = (text: string): text is AcmeMethod =>
  ACME_METHODS.some((method) => method === text);

/** What an account's key, and the key of its external account, are sealed for (secret-box.ts). */
export const accountKeyContext = (id: string) => `acme-account:${id}`;
export const externalKeyContext = (id: string) => `acme-external:${id}`;
