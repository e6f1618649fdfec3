/**
 * The server's mail host name: the one set in the console wins over MAIL_HOSTNAME, and takes effect
 * without restart. Everything that greets, stamps or signs reads `settings.mailHostname` when it does.
 */
import type { Logger } from "pino";
import type { Settings } from "../lib/settings/settings.ts";
import { HOST_NAME_KEY, readSetting } from "../lib/storage/settings.ts";
import type { Storage } from "../lib/storage/storage.ts";

/** People wait for it on the page that sets it; one small look-up. */
const LOOK_MS = 10_000;

export interface LiveIdentity {
  /** The given settings, with a `mailHostname` that follows the console's. */
  readonly settings: Settings;
  stop(): void;
}

export async function followIdentity(
  storage: Storage,
  given: Settings,
  onChange: { log: Logger; changed: (hostName: string) => void },
): Promise<LiveIdentity> {
  const read = async () => {
    const value = await readSetting(storage.pool, HOST_NAME_KEY);
    return typeof value === "string" && value !== "" ? value : given.mailHostname;
  };
  const settings = { ...given, mailHostname: await read() };
  const look = () => {
    read().then(
      (hostName) => {
        if (hostName === settings.mailHostname) return;
        onChange.log.info({ from: settings.mailHostname, to: hostName }, "mail host name changed");
        settings.mailHostname = hostName;
        onChange.changed(hostName);
      },
      (error: unknown) => onChange.log.warn({ err: error }, "mail host name not read"),
    );
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return { settings, stop: () => clearInterval(timer) };
}
