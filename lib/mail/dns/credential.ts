/**
 * How the console may change records at a DNS host: a provider, its settings, and a secret that is kept
 * apart (sealed in the database, never here).
 */

export const PROVIDERS = ["rfc2136", "cloudflare", "desec"] as const;
export type ProviderName = (typeof PROVIDERS)[number];

export const isProvider = (text: string): text is ProviderName =>
  (PROVIDERS as readonly string[]).includes(text);

/** RFC 8945 §6: MD5 and SHA-1 are not offered, whatever the server allows. */
export const TSIG_ALGORITHMS = ["hmac-sha256", "hmac-sha384", "hmac-sha512"] as const;
export type TsigAlgorithm = (typeof TSIG_ALGORITHMS)[number];

export const isTsigAlgorithm = (text: string): text is TsigAlgorithm =>
  (TSIG_ALGORITHMS as readonly string[]).includes(text);

export interface Rfc2136Settings {
  readonly provider: "rfc2136";
  /** "192.0.2.1", "192.0.2.1:53", "ns1.example.net"; empty: the zone's SOA names it. */
  readonly server: string;
  readonly keyName: string;
  readonly algorithm: TsigAlgorithm;
}

export interface ApiSettings {
  readonly provider: "cloudflare" | "desec";
  /** Empty: the provider's own. Set for a self-hosted deSEC, and in tests. */
  readonly baseUrl: string;
}

export type CredentialSettings = Rfc2136Settings | ApiSettings;

/** The `settings` column as values; null when it is not what we wrote. */
export function readCredentialSettings(provider: string, json: unknown): CredentialSettings | null {
  const field = (name: string) => {
    const value: unknown = typeof json === "object" && json ? Reflect.get(json, name) : undefined;
    return typeof value === "string" ? value : "";
  };
  if (provider === "cloudflare" || provider === "desec") {
    return { provider, baseUrl: field("baseUrl") };
  }
  const algorithm = field("algorithm");
  if (provider !== "rfc2136" || !isTsigAlgorithm(algorithm)) return null;
  return { provider, server: field("server"), keyName: field("keyName"), algorithm };
}

/** What a credential's secret is sealed for (lib/storage/secret-box.ts). */
export const credentialContext = (id: string) => `dns-credential:${id}`;
