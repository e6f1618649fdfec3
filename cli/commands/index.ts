/** The table of contents. */
import type { Command } from "../command.ts";
import { doctor } from "./doctor.ts";
import { domainAdd, domainList, domainRecords, domainShow } from "./domain.ts";
import { mailboxAdd, mailboxList, mailboxPassword } from "./mailbox.ts";
import { migrate } from "./migrate.ts";
import { queueList } from "./queue.ts";
import { engine, web } from "./process.ts";
import { setUpCommand } from "./setup.ts";
import { start } from "./start.ts";
import { verify } from "./verify.ts";
import { version } from "./version.ts";

export const COMMANDS: readonly Command[] = [
  start,
  web,
  engine,
  migrate,
  setUpCommand,
  domainAdd,
  domainList,
  domainShow,
  domainRecords,
  mailboxAdd,
  mailboxList,
  mailboxPassword,
  queueList,
  doctor,
  verify,
  version,
];
