/** What services work with: one per process, made by the web server, the command line, or a test. */
import type { Db, PrismaStore } from "../storage/client.ts";
import type { SecretBox } from "../storage/secret-box.ts";

export interface ServiceContext {
  readonly prisma: PrismaStore;
  /** Seals private keys (DKIM, TLS) before they are stored. */
  readonly secrets: SecretBox;
  /** The server's own name as the environment says it; a name set in the console wins. */
  readonly hostName: string;
}

/** Key derivation and locks make the slowest transactions; a minute means something is stuck. */
const TRANSACTION = { timeout: 60_000, maxWait: 10_000 };

/** Row, job and audit line become true together or not at all. */
export function transact<T>(ctx: ServiceContext, work: (tx: Db) => Promise<T>): Promise<T> {
  return ctx.prisma.$transaction((tx) => work(tx), TRANSACTION);
}
