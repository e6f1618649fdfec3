/** What goes wrong while a page is drawn, in the log under the reference that the error page shows. */
import { WEB_RUNTIME, type WebRuntime } from "@/lib/service/web-runtime.ts";

interface Asked {
  readonly path: string;
  readonly method: string;
}

export function onRequestError(error: unknown, { path, method }: Asked): void {
  const runtime = Reflect.get(globalThis, WEB_RUNTIME) as WebRuntime | undefined; // server.ts put it there
  const digest: unknown = typeof error === "object" && error && Reflect.get(error, "digest");
  const reference = typeof digest === "string" ? digest : "-";
  const page = path.replace(/\?.*/, ""); // the query may hold a set-up token
  runtime?.report(error, { reference, method, page });
}
