/** Do the name servers that delivery will ask answer at all; does the clock follow the world's. */
import { Resolver } from "node:dns/promises";
import type { Settings } from "../../lib/settings/settings.ts";
import { messageOf, ok, trouble, unknown, type Finding } from "./finding.ts";

const PATIENCE_MS = 3_000;
/** DKIM signatures and TLS certificates start to fail beyond minutes. */
const SANE_AFTER = Date.UTC(2026, 0, 1);

export async function checkClockAndDns(settings: Settings): Promise<Finding[]> {
  const resolver = new Resolver({ timeout: PATIENCE_MS, tries: 1 });
  if (settings.dns.servers.length > 0) resolver.setServers([...settings.dns.servers]);
  const servers = resolver.getServers();
  const answers = await Promise.all(servers.map((server) => checkServer(server)));
  return [checkClock(), ...(answers.length > 0 ? answers : [noServers()])];
}

function checkClock(): Finding {
  const now = new Date();
  if (now.getTime() > SANE_AFTER) return ok("Clock", now.toISOString());
  return trouble("wrong", {
    subject: "Clock",
    text: `this machine believes it is ${now.toISOString()}`,
    remedy: "let it follow a time server (systemd-timesyncd, chrony)",
  });
}

/** The root's name servers: every resolver can say them, whatever zones it serves. */
async function checkServer(server: string): Promise<Finding> {
  const subject = `DNS ${server}`;
  const resolver = new Resolver({ timeout: PATIENCE_MS, tries: 1 });
  resolver.setServers([server]);
  const started = Date.now();
  try {
    await resolver.resolveNs(".");
    return ok(subject, `answers in ${Date.now() - started} ms`);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ETIMEOUT" || code === "ECONNREFUSED" || code === "ETIMEDOUT") {
      return trouble("wrong", {
        subject,
        text: `does not answer (${code})`,
        remedy: "set DNS_SERVERS to a resolver that does, best a validating one on this machine",
      });
    }
    return unknown(subject, `answers, but not for the root zone: ${messageOf(error)}`);
  }
}

function noServers(): Finding {
  return trouble("wrong", {
    subject: "DNS",
    text: "this machine has no name server",
    remedy: "set DNS_SERVERS, or name one in /etc/resolv.conf",
  });
}
