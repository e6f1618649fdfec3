/**
 * One engine asking all engines: a NOTIFY that each hears, an answer that the asker counts. Only for
 * what is in a process's memory (live sessions); everything else is rows.
 */
import type { Pool } from "pg";
import { z } from "zod";
import { newId } from "../../lib/mail/ids.ts";
import type { Notice, Notifications } from "../../lib/storage/notifications.ts";
import type { Sessions } from "../sessions.ts";

const ASK = "posthorn_control";
const ANSWER = "posthorn_control_answer";
/** Engines that do not answer in this time are reported as silent, not waited for. */
const PATIENCE_MS = 3_000;

const Ask = z.object({
  id: z.string(),
  type: z.literal("drop-sessions"),
  mailboxId: z.string(),
  appPasswordId: z.string().optional(),
  reason: z.string(),
});
const Answer = z.object({ id: z.string(), engine: z.string(), sessions: z.number() });

export interface Dropped {
  /** Sessions ended, over all engines that answered. */
  readonly sessions: number;
  readonly answered: number;
  /** Engines with a fresh heartbeat when asked. */
  readonly engines: number;
}

export interface Control {
  /** `appPasswordId`: only the sessions that signed in by it. */
  dropSessions(mailboxId: string, reason: string, appPasswordId?: string): Promise<Dropped>;
  close(): void;
}

interface Wiring {
  readonly pool: Pool;
  readonly notifications: Notifications;
  readonly sessions: Sessions;
  readonly engineId: string;
}

export function openControl({ pool, notifications, sessions, engineId }: Wiring): Control {
  const stopListening = notifications.listen(ASK, (notice) => {
    const ask = Ask.safeParse(decode(notice));
    if (!ask.success) return;
    const { id, mailboxId, reason, appPasswordId } = ask.data;
    const dropped = sessions.drop(mailboxId, reason, appPasswordId);
    // A lost answer shows as a silent engine in the job's result: nothing else to do about it here.
    notifications.publish(ANSWER, [encode({ id, engine: engineId, sessions: dropped })]);
  });

  return {
    close: stopListening,
    async dropSessions(mailboxId, reason, appPasswordId) {
      const id = newId();
      const engines = await liveEngines(pool);
      const answers = collect(notifications, id, engines);
      notifications.publish(ASK, [
        encode({ id, type: "drop-sessions", mailboxId, reason, appPasswordId }),
      ]);
      const counts = await answers;
      return {
        sessions: counts.reduce((sum, count) => sum + count, 0),
        answered: counts.length,
        engines,
      };
    },
  };
}

async function liveEngines(pool: Pool): Promise<number> {
  const result = await pool.query<{ n: string }>(
    "select count(*) as n from engine_heartbeat where seen_at > now() - interval '30 seconds'",
  );
  return Number(result.rows[0]?.n ?? 0);
}

/** Resolves with the answers when all engines spoke, or with those that did when patience ends. */
function collect(notifications: Notifications, id: string, expected: number): Promise<number[]> {
  return new Promise((resolve) => {
    const counts: number[] = [];
    const finish = () => {
      clearTimeout(timer);
      stop();
      resolve(counts);
    };
    const timer = setTimeout(finish, PATIENCE_MS);
    const stop = notifications.listen(ANSWER, (notice) => {
      const answer = Answer.safeParse(decode(notice));
      if (!answer.success || answer.data.id !== id) return;
      counts.push(answer.data.sessions);
      if (counts.length >= expected) finish();
    });
  });
}

/** Notices carry words without spaces: JSON as base64url. */
const encode = (message: object) => Buffer.from(JSON.stringify(message)).toString("base64url");

function decode({ words }: Notice): unknown {
  try {
    return JSON.parse(Buffer.from(words[0] ?? "", "base64url").toString());
  } catch {
    return null;
  }
}
