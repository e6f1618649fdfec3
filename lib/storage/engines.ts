/** Engine processes as they report themselves. */
import type { Db } from "./client.ts";

export interface EngineListener {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  readonly tls: string;
}

export interface EngineReport {
  readonly id: string;
  readonly host: string;
  readonly version: string;
  readonly startedAt: Date;
  readonly seenAt: Date;
  readonly listeners: readonly EngineListener[];
}

/** The engines that reported in the last day, latest first. */
export async function listEngines(db: Db): Promise<EngineReport[]> {
  const rows = await db.engineHeartbeat.findMany({
    select: { id: true, host: true, version: true, startedAt: true, seenAt: true, listeners: true },
    orderBy: { seenAt: "desc" },
    take: 100,
  });
  return rows.map(({ listeners, ...row }) => ({
    ...row,
    listeners: Array.isArray(listeners) ? listeners.flatMap(toListener) : [],
  }));
}

function toListener(value: unknown): EngineListener[] {
  if (typeof value !== "object" || value === null) return [];
  const row = new Map<string, unknown>(Object.entries(value));
  const text = (key: string) => String(row.get(key) ?? "");
  const port = Number(row.get("port"));
  return [{ protocol: text("protocol"), address: text("address"), port, tls: text("tls") }];
}
