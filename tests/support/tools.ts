/**
 * Programs of the system that some tests talk to. Without them those tests are skipped with the
 * sentence that says how to get them; with POSTHORN_REQUIRE_TOOLS=1 (CI) they fail instead.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Program → Debian package. */
const INTEROP = {
  swaks: "swaks",
  mutt: "mutt",
  mbsync: "isync",
  interimap: "interimap",
  offlineimap: "offlineimap3",
  curl: "curl",
  fetchmail: "fetchmail",
  postfix: "postfix",
  opendkim: "opendkim",
  "opendkim-testkey": "opendkim-tools",
  openssl: "openssl",
  knotd: "knot",
  kdig: "knot-dnsutils",
  knsupdate: "knot-dnsutils",
  nsupdate: "bind9-dnsutils",
  named: "bind9",
  unbound: "unbound",
  pebble: "pebble",
  "mta-sts-daemon": "postfix-mta-sts-resolver",
  "mta-sts-query": "postfix-mta-sts-resolver",
} as const;

const CHROMIUM = ["chromium", "chromium-browser", "google-chrome"];

export type InteropProgram = keyof typeof INTEROP;

/** For `{ skip: missing("mutt") }`: false when all are there. */
export function missing(...programs: readonly InteropProgram[]): string | false {
  const absent = programs.filter((program) => findProgram(program) === null);
  if (absent.length === 0) return false;
  return refuseOrSkip(
    `needs ${absent.join(", ")}: apt-get install ${absent.map((program) => INTEROP[program]).join(" ")}`,
  );
}

/** Path of a Chromium; null when there is none. */
export function findChromium(): string | null {
  const given = process.env["CHROMIUM"];
  return given ?? CHROMIUM.map(findProgram).find((path) => path !== null) ?? null;
}

/** For `{ skip: missingChromium() }`. */
export function missingChromium(): string | false {
  return findChromium() ? false : refuseOrSkip("needs Chromium: apt-get install chromium");
}

export function findProgram(name: string): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** One sentence for the start of a test run; null when nothing will be skipped. */
export function missingFor(suite: "interop" | "e2e"): string | null {
  if (suite === "e2e") {
    return findChromium()
      ? null
      : "Browser tests are skipped: no Chromium (apt-get install chromium).";
  }
  const absent = Object.entries(INTEROP).filter(([program]) => findProgram(program) === null);
  if (absent.length === 0) return null;
  const programs = absent.map(([program]) => program).join(", ");
  const packages = absent.map(([, name]) => name).join(" ");
  return `Interop tests with ${programs} are skipped: not installed (apt-get install ${packages}).`;
}

function refuseOrSkip(text: string): string {
  if (process.env["POSTHORN_REQUIRE_TOOLS"] === "1") throw new Error(`this test ${text}`);
  return text;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
