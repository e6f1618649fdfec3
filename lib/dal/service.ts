/**
 * The process's one service context. server.ts opens it and leaves it on `globalThis`, where the bundled
 * pages find it; when Next runs alone (a build, `next dev`) it is opened here at the first request.
 */
import "server-only";
import { openService } from "@/lib/service/open.ts";
import { WEB_RUNTIME, type WebRuntime } from "@/lib/service/web-runtime.ts";
import { loadSettings } from "@/lib/settings/settings.ts";

export function runtime(): WebRuntime {
  const found: unknown = Reflect.get(globalThis, WEB_RUNTIME);
  if (found) return found as WebRuntime; // put there by server.ts or below, nothing else knows the key
  const settings = loadSettings(process.env);
  if (settings.databaseUrl === null) throw new Error("DATABASE_URL is not set");
  const { databaseUrl, databasePoolSize, secretKey, mailHostname, authSecret } = settings;
  const service = openService({
    databaseUrl,
    poolSize: databasePoolSize,
    secretKey,
    hostName: mailHostname,
  });
  const made: WebRuntime = { service, authSecret, databaseUrl };
  Reflect.set(globalThis, WEB_RUNTIME, made);
  return made;
}

export const service = () => runtime().service;
