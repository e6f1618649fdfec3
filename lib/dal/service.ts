/**
 * The process's one service context. server.ts leaves it on `globalThis`; when Next runs without it
 * (`next dev`), it is opened here at the first request.
 */
import "server-only";
import { openWebRuntime, WEB_RUNTIME, type WebRuntime } from "@/lib/service/web-runtime.ts";
import { loadSettings } from "@/lib/settings/settings.ts";

export function runtime(): WebRuntime {
  const found: unknown = Reflect.get(globalThis, WEB_RUNTIME);
  if (found) return found as WebRuntime; // put there by server.ts or below, nothing else knows the key
  const settings = loadSettings(process.env);
  if (settings.databaseUrl === null) throw new Error("DATABASE_URL is not set");
  const made = openWebRuntime({
    databaseUrl: settings.databaseUrl,
    poolSize: settings.databasePoolSize,
    secretKey: settings.secretKey,
    authSecret: settings.authSecret,
    hostName: settings.mailHostname,
  });
  Reflect.set(globalThis, WEB_RUNTIME, made);
  return made;
}
