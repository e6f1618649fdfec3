/** `posthorn start`: everything under one supervisor, until a signal ends it. */
import { setTimeout as delay } from "node:timers/promises";
import { ClusterFailure } from "../../lib/embedded/cluster.ts";
import { NoBinaries } from "../../lib/embedded/binaries.ts";
import { NoIdentity } from "../../lib/embedded/identity.ts";
import { ChildFailure } from "../child.ts";
import { CommandFailure, EXIT, type Command } from "../command.ts";
import { Held } from "../lock.ts";
import { DEVELOPMENT, Supervisor } from "../supervisor.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** npm, the launcher and the terminal may each pass on one Ctrl-C: that is not the second one. */
const SAME_PRESS_MS = 500;

export const start: Command = {
  name: "start",
  usage: "",
  summary: "Starts database, console and mail engine; Ctrl-C ends them in order",
  options: { dev: { type: "boolean" } },
  async run({ settings, options }) {
    const supervisor =
      options["dev"] === true ? new Supervisor(settings, DEVELOPMENT) : new Supervisor(settings);
    const ended = endOnSignal(supervisor);
    try {
      await supervisor.start();
    } catch (error) {
      if (!ended.asked()) throw explain(error);
    }
    await ended.promise;
    return EXIT.done;
  },
};

/** First signal: drain. Second: now. The launcher that started us being gone counts as the first. */
function endOnSignal(supervisor: Supervisor) {
  let askedAt: number | null = null;
  const promise = new Promise<void>((resolve, reject) => {
    const ask = () => {
      if (askedAt === null) {
        askedAt = Date.now();
        process.stdout.write("\n  Stopping: letting sessions finish (Ctrl-C again to hurry) …\n");
        supervisor.stop().then(resolve, reject);
      } else if (Date.now() - askedAt > SAME_PRESS_MS) {
        supervisor.hurry();
      }
    };
    for (const signal of SIGNALS) process.on(signal, ask);
    process.once("disconnect", ask);
  });
  void promise.then(async () => {
    process.stdout.write("  Stopped.\n");
    await delay(0);
    process.exit();
  });
  return { promise, asked: () => askedAt !== null };
}

function explain(error: unknown): unknown {
  if (error instanceof Held) {
    return new CommandFailure(
      `Posthorn already runs with this data folder (process ${error.holder.pid}). ` +
        `Stop it with Ctrl-C there, or: kill ${error.holder.pid}`,
    );
  }
  if (error instanceof ChildFailure) return new CommandFailure(error.message, error.exitCode);
  for (const kind of [ClusterFailure, NoBinaries, NoIdentity]) {
    if (error instanceof kind) return new CommandFailure(error.message, EXIT.noDatabase);
  }
  return error;
}
