/** The setting `server.tlsaSeen`, read: what has no shape is passed over. For console and engines. */
import type { TlsaMemory } from "../mail/dns/host-key-life.ts";

export interface SeenTlsa extends TlsaMemory {
  /** Names at which there were TLSA. */
  readonly names: readonly string[];
}

export function memoryFrom(value: unknown): SeenTlsa | null {
  const fields = new Map<string, unknown>(
    typeof value === "object" && value !== null ? Object.entries(value) : [],
  );
  const [at, published, ttl] = [fields.get("at"), fields.get("published"), fields.get("ttl")];
  const [last, names] = [fields.get("lastPublishedAt"), fields.get("names")];
  if (typeof at !== "string" || (published !== "yes" && published !== "no")) return null;
  return {
    ...{ at: new Date(at), published, ttl: typeof ttl === "number" ? ttl : 0 },
    lastPublishedAt: typeof last === "string" ? new Date(last) : null,
    names: Array.isArray(names) ? names.filter((name) => typeof name === "string") : [],
  };
}
