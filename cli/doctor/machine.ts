/** Node, the data folder's rights, room on its disk. */
import { existsSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../lib/settings/settings.ts";
import { formatBytes } from "../output.ts";
import { messageOf, ok, trouble, unknown, type Finding } from "./finding.ts";

const NODE_MAJOR = 24;
const GIB = 1024 ** 3;
/** Below the first, mail for an hour of a small server may not fit; below the second, look at it soon. */
const TIGHT_BYTES = GIB;
const LOW_BYTES = 5 * GIB;
const SECRET_FILES = ["secret-key", "auth-secret", "database.json"];

export function checkNode(): Finding {
  const { node } = process.versions;
  if (Number(node.split(".")[0]) >= NODE_MAJOR) return ok("Node", node);
  return trouble("wrong", {
    subject: "Node",
    text: `${node} is too old`,
    remedy: `use Node ${NODE_MAJOR}; \`npm ci\` in the clone brings it`,
  });
}

export function checkDataFolder({ dataFolder }: Settings): Finding[] {
  const subject = "Data folder";
  if (!existsSync(dataFolder))
    return [ok(subject, `${dataFolder} will be made at the first start`)];
  const { mode } = statSync(dataFolder);
  const listed = mode & 0o066;
  const loose = SECRET_FILES.filter((name) => isReadableByOthers(join(dataFolder, name)));
  const findings: Finding[] = [];
  if (listed) {
    findings.push(
      trouble("warning", {
        subject,
        text: `${dataFolder} can be listed by other users of this machine`,
        remedy: `chmod go-rw ${dataFolder}`,
      }),
    );
  }
  for (const name of loose) {
    findings.push(
      trouble("wrong", {
        subject,
        text: `${name} can be read by other users: it opens the database or the private keys`,
        remedy: `chmod 600 ${join(dataFolder, name)}`,
      }),
    );
  }
  return findings.length > 0 ? findings : [ok(subject, dataFolder)];
}

export function checkDisk({ dataFolder }: Settings): Finding {
  const subject = "Disk";
  try {
    const { bavail, bsize } = statfsSync(existsSync(dataFolder) ? dataFolder : ".");
    const free = bavail * bsize;
    const text = `${formatBytes(free)} free`;
    if (free > LOW_BYTES) return ok(subject, text);
    const remedy = "make room: when it is full, mail is refused for the time being";
    return trouble(free > TIGHT_BYTES ? "warning" : "wrong", { subject, text, remedy });
  } catch (error) {
    return unknown(subject, messageOf(error));
  }
}

function isReadableByOthers(file: string): boolean {
  return existsSync(file) && (statSync(file).mode & 0o077) !== 0;
}
