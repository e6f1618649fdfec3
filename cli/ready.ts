/** What `npm start` prints when all runs: where to go, what listens, where data lies. */
import type { ChildListener } from "./child.ts";

interface Ready {
  readonly console: string;
  readonly setUpLink: string | null;
  readonly listeners: readonly ChildListener[];
  readonly dataFolder: string;
  readonly database: string;
}

const PURPOSE: Readonly<Record<string, string>> = {
  http: "console, certificates",
  https: "console, MTA-STS policy",
  smtp: "mail from other servers",
  submissions: "mail from your users, TLS",
  submission: "mail from your users, STARTTLS",
  imap: "mail reading, STARTTLS",
  imaps: "mail reading, TLS",
  pop3: "mail fetching, STARTTLS",
  pop3s: "mail fetching, TLS",
};
/** What clients look for. Another port means that the process may not bind this one. */
const STANDARD: Readonly<Record<string, number>> = {
  ...{ http: 80, https: 443, smtp: 25, submissions: 465, submission: 587 },
  ...{ imap: 143, imaps: 993, pop3: 110, pop3s: 995 },
};

/** As people reach it from this machine, unless PUBLIC_URL knows better. */
export function consoleUrl(publicUrl: string | null, listeners: readonly ChildListener[]): string {
  if (publicUrl !== null) return publicUrl;
  const listener =
    listeners.find(({ protocol }) => protocol === "http") ??
    listeners.find(({ protocol }) => protocol === "https");
  if (!listener) return "(no HTTP_PORT, no HTTPS_PORT: the console is off)";
  const { protocol, port } = listener;
  return `${protocol}://localhost${port === STANDARD[protocol] ? "" : `:${port}`}`;
}

export function setUpLink(console: string, token: string): string {
  return `${console}/setup?token=${encodeURIComponent(token)}`;
}

export function describeReady(ready: Ready): string {
  const lines = [
    "",
    `Posthorn is ready.  Console: ${ready.console}`,
    ...(ready.setUpLink === null ? [] : ["", `  Set it up here, once:  ${ready.setUpLink}`]),
    "",
    ...portTable(ready.listeners),
    "",
    `  Data: ${ready.dataFolder} (${ready.database})`,
    "  Stop: Ctrl-C",
    "",
  ];
  return lines.join("\n");
}

function portTable(listeners: readonly ChildListener[]): string[] {
  const rows = listeners.map(({ protocol, port }) => {
    const standard = STANDARD[protocol];
    const note = standard === undefined || standard === port ? "" : `  (instead of ${standard})`;
    return `  ${protocol.padEnd(12)} ${String(port).padStart(5)}  ${PURPOSE[protocol] ?? ""}${note}`;
  });
  const moved = listeners.some(({ protocol, port }) => (STANDARD[protocol] ?? port) !== port);
  const hint =
    "  Ports below 1024 need root, CAP_NET_BIND_SERVICE, or sysctl net.ipv4.ip_unprivileged_port_start.";
  return moved ? [...rows, hint] : rows;
}
