/**
 * Ports, when nothing runs: which would be taken. When Posthorn runs: whether its listeners answer is
 * the engine's own report (database.ts); a port of ours that is busy is then as it should be.
 */
import { createServer } from "node:net";
import type { Listener } from "../../lib/settings/ports.ts";
import type { Settings } from "../../lib/settings/settings.ts";
import { ok, trouble, type Finding } from "./finding.ts";

export async function checkPorts(settings: Settings, running: boolean): Promise<Finding[]> {
  if (running) return [];
  const findings: Finding[] = [];
  for (const [name, choice] of Object.entries(settings.ports)) {
    if (choice.length === 0) continue;
    findings.push(await checkPort(name as Listener, choice, settings.bindAddress)); // keys of ports
  }
  return findings;
}

async function checkPort(
  name: Listener,
  choice: readonly number[],
  address: string | null,
): Promise<Finding> {
  const subject = `Port ${name}`;
  const [wanted = 0] = choice;
  const reasons: string[] = [];
  for (const port of choice) {
    const problem = await tryBind(port, address);
    if (problem === null) {
      if (port === wanted) return ok(subject, `${port} is free`);
      return trouble("warning", {
        subject,
        text: `${port} will be used: ${reasons.join("; ")}`,
        remedy: remedyFor(reasons.join(" "), wanted),
      });
    }
    reasons.push(`${port} ${problem}`);
  }
  const text = reasons.join("; ");
  return trouble("wrong", { subject, text, remedy: remedyFor(text, wanted) });
}

function remedyFor(text: string, port: number): string {
  if (text.includes("in use")) return `see who listens: ss -ltnp 'sport = :${port}'`;
  return (
    "run as root, give Node CAP_NET_BIND_SERVICE, or " +
    `sysctl net.ipv4.ip_unprivileged_port_start=${Math.min(port, 25)}`
  );
}

/** Null when it can be bound; else why not. */
function tryBind(port: number, address: string | null): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve("is in use by another program");
      else if (error.code === "EACCES") resolve("may not be bound by this user");
      else resolve(`cannot be bound: ${error.message}`);
    });
    const host = address === null ? {} : { host: address };
    server.listen({ port, ...host }, () => server.close(() => resolve(null)));
  });
}
