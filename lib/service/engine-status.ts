/** Is an engine there? Said from heartbeats alone: silence is "has not reported", never "is down". */
import { listEngines, type EngineReport } from "../storage/engines.ts";
import type { ServiceContext } from "./context.ts";

/** Three heartbeats of ten seconds. */
const SILENT_AFTER_MS = 30_000;

export interface EngineStatus {
  readonly state: "reporting" | "silent" | "never";
  readonly lastSeenAt: Date | null;
  /** Those that report now. */
  readonly engines: readonly EngineReport[];
}

export async function getEngineStatus(
  ctx: ServiceContext,
  now: Date = new Date(),
): Promise<EngineStatus> {
  const all = await listEngines(ctx.prisma);
  const engines = all.filter(({ seenAt }) => now.getTime() - seenAt.getTime() < SILENT_AFTER_MS);
  const lastSeenAt = all[0]?.seenAt ?? null;
  if (engines.length > 0) return { state: "reporting", lastSeenAt, engines };
  return { state: lastSeenAt === null ? "never" : "silent", lastSeenAt, engines };
}
