/** The host's keys and their TLSA: both languages, same keys, same order. */
export const en = {
  "error.hostKey.algorithm": "Choose ECDSA P-256 or RSA 2048.",
} as const;

export const zh: Record<keyof typeof en, string> = {
  "error.hostKey.algorithm": "请选择 ECDSA P-256 或 RSA 2048。",
};
