/** The process behind preparation.ts: not a command, it speaks to the supervisor that forked it. */
import { issueSetUpToken } from "../lib/service/setup.ts";
import { settingsOrExit } from "../lib/settings/report.ts";
import { MigrationFailure } from "../lib/storage/migrate.ts";
import { EXIT } from "./command.ts";
import { migrateAll } from "./migrate.ts";
import type { Message } from "./preparation.ts";
import { withService } from "./service.ts";

const settings = settingsOrExit(process.env);
const databaseUrl = settings.databaseUrl ?? "";
const tell = (message: Message) => process.send?.(message);

try {
  const { pending, changed } = await migrateAll(databaseUrl);
  tell({ type: "migrated", pending: [...pending], changed: [...changed] });
  tell({ type: "token", token: await withService(databaseUrl, settings, issueSetUpToken) });
} catch (error) {
  tell({ type: "failed", ...explain(error) });
}
process.disconnect();

function explain(error: unknown): { text: string; exitCode: number } {
  const text = error instanceof Error ? error.message || String(error) : String(error);
  if (error instanceof MigrationFailure) return { text, exitCode: EXIT.refused };
  return { text: `The database cannot be used: ${text}`, exitCode: EXIT.noDatabase };
}
