/** What the web process has open: made by server.ts, used by lib/dal. */
import type { ServiceContext } from "./context.ts";

export interface WebRuntime {
  readonly service: ServiceContext;
  /** Encrypts next-auth's cookie. */
  readonly authSecret: string;
  /** For the one LISTEN connection of live pages (lib/dal/events.ts). */
  readonly databaseUrl: string;
}

/** Where server.ts leaves it for the bundled pages: they are another copy of every module. */
export const WEB_RUNTIME = Symbol.for("posthorn.web");
