/** All checks: the machine first, then what needs the database. */
import { runningClusterUrl } from "../../lib/embedded/cluster.ts";
import type { Settings } from "../../lib/settings/settings.ts";
import { findHolder } from "../lock.ts";
import { checkDatabase } from "./database.ts";
import type { Finding } from "./finding.ts";
import { checkDataFolder, checkDisk, checkNode } from "./machine.ts";
import { checkClockAndDns } from "./dns.ts";
import { checkPorts } from "./ports.ts";

export async function CHECKS(settings: Settings): Promise<Finding[]> {
  const running = findHolder(settings.dataFolder)?.role === "start";
  const url = settings.databaseUrl ?? (running ? runningClusterUrl(settings.dataFolder) : null);
  return [
    checkNode(),
    ...checkDataFolder(settings),
    checkDisk(settings),
    ...(await checkDatabase(settings, url)),
    ...(await checkPorts(settings, running)),
    ...(await checkClockAndDns(settings)),
  ];
}
