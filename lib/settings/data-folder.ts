/** The folder of all that an installation keeps on disk: by default ./data. */
import { chmodSync, existsSync, mkdirSync } from "node:fs";

/**
 * Closed to others. Root's may be passed through (not listed), because its database runs as another
 * user (lib/embedded/identity.ts).
 */
export function makeDataFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, process.getuid?.() === 0 ? 0o711 : 0o700);
}
