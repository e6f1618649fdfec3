/**
 * The process's one service context, as server.ts left it on `globalThis`: the bundled pages are another
 * copy of every module, so they cannot import it.
 */
import "server-only";
import { WEB_RUNTIME, type WebRuntime } from "@/lib/service/web-runtime.ts";

export function runtime(): WebRuntime {
  const found: unknown = Reflect.get(globalThis, WEB_RUNTIME);
  if (!found) throw new Error("the console runs under server.ts: `npm start` or `npm run dev`");
  return found as WebRuntime; // nothing else knows the key
}
