/**
 * What is measured, line by line. Each opens its own connections and leaves the mailbox as it was; only what
 * stands between `clock()` and its answer counts.
 */
import { BenchClient, type Login } from "./client.ts";
import { message, OFTEN, RARE, SOME } from "./data.ts";
import { pssKiB } from "./memory.ts";
import { mixedLoad } from "./mixed.ts";
import type { Server } from "./server.ts";

export type FolderName = "f1k" | "f10k" | "f100k" | "large";

export interface Line {
  readonly key: string;
  readonly name: string;
  readonly unit: string;
  /** More is better: a rate. Else less is: a time, a size. */
  readonly rate: boolean;
  readonly needs: readonly FolderName[];
  /** Of the two in turn; the median counts. */
  readonly rounds: number;
  /** What the aim is: ours over Dovecot's. */
  readonly aim: number;
  measure(server: Server, login: Login): Promise<number>;
}

/** Milliseconds since it was called. */
const clock = () => {
  const started = performance.now();
  return () => performance.now() - started;
};

const LOGINS = 60;

async function logIns(server: Server, login: Login, connections: number): Promise<number> {
  const took = clock();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let at = 0; at < LOGINS / connections; at++) {
        const client = await BenchClient.signedIn(server.imap, login);
        await client.run("LOGOUT");
        await client.close();
      }
    }),
  );
  return LOGINS / (took() / 1000);
}

type Command = string | Buffer;

/** Time of one command in a folder, after it has been given once. */
function timed(folder: FolderName, command: Command | readonly Command[]): Line["measure"] {
  const commands = [command].flat();
  return async (server, login) => {
    const client = await BenchClient.signedIn(server.imap, login);
    await client.run(`SELECT ${folder}`);
    const took = clock();
    for (const one of commands) await client.run(one);
    const ms = took() / commands.length;
    await client.close();
    return ms;
  };
}

function select(folder: FolderName): Line["measure"] {
  return async (server, login) => {
    const client = await BenchClient.signedIn(server.imap, login);
    const times: number[] = [];
    for (let at = 0; at < 5; at++) {
      const took = clock();
      await client.run(`SELECT ${folder}`);
      times.push(took());
      await client.run("UNSELECT");
    }
    await client.close();
    return times.sort((a, b) => a - b)[2] ?? 0;
  };
}

const PIECE = 256 * 1024;

const partial: Line["measure"] = async (server, login) => {
  const client = await BenchClient.signedIn(server.imap, login);
  await client.run("SELECT large");
  let octets = 0;
  const took = clock();
  for (let at = 0; at < 20_000_000; at += PIECE)
    octets += (await client.run(`FETCH 1 BODY.PEEK[]<${at}.${PIECE}>`)).octets;
  const seconds = took() / 1000;
  await client.close();
  return octets / 1e6 / seconds;
};

/** The first thousand of f10k to a fresh folder, and, by MOVE, from there to another. */
function transfer(verb: "COPY" | "MOVE"): Line["measure"] {
  return async (server, login) => {
    const client = await BenchClient.signedIn(server.imap, login);
    await client.run("CREATE copies");
    await client.run("CREATE moved");
    await client.run("SELECT f10k");
    let took = clock();
    await client.run("COPY 1:1000 copies");
    let ms = took();
    if (verb === "MOVE") {
      await client.run("SELECT copies");
      took = clock();
      await client.run("MOVE 1:1000 moved");
      ms = took();
    }
    await client.run("UNSELECT");
    await client.run("DELETE copies");
    await client.run("DELETE moved");
    await client.close();
    return ms;
  };
}

let unique = 1_000_000;

function append(connections: number, count: number): Line["measure"] {
  return async (server, login) => {
    const clients = await Promise.all(
      Array.from({ length: connections }, () => BenchClient.signedIn(server.imap, login)),
    );
    await clients[0]?.run("CREATE appended");
    let left = count;
    const took = clock();
    await Promise.all(
      clients.map(async (client) => {
        while (left-- > 0) await client.append("appended", [message(++unique)]);
      }),
    );
    const seconds = took() / 1000;
    await clients[0]?.run("DELETE appended");
    await Promise.all(clients.map((client) => client.close()));
    return count / seconds;
  };
}

/** From the last octet of an APPEND by somebody else to EXISTS, median. */
const idleLatency: Line["measure"] = async (server, login) => {
  const [idler, writer] = [
    await BenchClient.signedIn(server.imap, login),
    await BenchClient.signedIn(server.imap, login),
  ];
  await writer.run("CREATE watched");
  await idler.run("SELECT watched");
  await idler.idle();
  const times: number[] = [];
  for (let at = 0; at < 11; at++) {
    const { promise: told, resolve } = Promise.withResolvers<void>();
    idler.onData = (text) => (/ EXISTS\r\n/.test(text) ? resolve() : undefined);
    const took = clock();
    const appended = writer.append("watched", [message(++unique)]);
    await told;
    times.push(took());
    await appended;
  }
  await idler.done();
  await idler.run("UNSELECT");
  await writer.run("DELETE watched");
  await Promise.all([idler.close(), writer.close()]);
  return times.sort((a, b) => a - b)[5] ?? 0;
};

/** Opened before the first look: what the first ones cost (code that is compiled, pools) is not theirs. */
const OPEN_BEFORE = 500;

/** KiB that the server grew by for each of so many more connections that idle in a folder. */
export function idleMemory(connections: number, tls: boolean): Line["measure"] {
  return async (server, login) => {
    const clients: BenchClient[] = [];
    const open = () => BenchClient.signedIn(server[tls ? "imaps" : "imap"], login, { tls });
    const grow = async (to: number) => {
      while (clients.length < to) {
        const more = await Promise.all(Array.from({ length: 20 }, open));
        for (const client of more) {
          await client.run("SELECT f1k");
          await client.idle();
        }
        clients.push(...more);
      }
      await server.settle();
      return pssKiB(server.processes());
    };
    const before = await grow(OPEN_BEFORE);
    const after = await grow(OPEN_BEFORE + connections);
    await Promise.all(clients.map((client) => client.close()));
    await server.settle();
    return (after - before) / connections;
  };
}

const ms = { unit: "ms", rate: false, rounds: 5, aim: 1 };
const perSecond = { unit: "a second", rate: true, rounds: 3, aim: 1 };

export const LINES: readonly Line[] = [
  {
    key: "login-1",
    name: "log-in and log-out, one after another",
    ...perSecond,
    aim: 3,
    needs: [],
    measure: (server, login) => logIns(server, login, 1),
  },
  {
    key: "login-6",
    name: "log-in and log-out, 6 at a time",
    ...perSecond,
    aim: 3,
    needs: [],
    measure: (server, login) => logIns(server, login, 6),
  },
  {
    key: "select-1k",
    name: "SELECT, 1,000 messages",
    ...ms,
    needs: ["f1k"],
    measure: select("f1k"),
  },
  { key: "select-10k", name: "SELECT, 10,000", ...ms, needs: ["f10k"], measure: select("f10k") },
  {
    key: "select-100k",
    name: "SELECT, 100,000",
    ...ms,
    needs: ["f100k"],
    measure: select("f100k"),
  },
  {
    key: "fetch-flags",
    name: "FETCH 1:* FLAGS, 10,000",
    ...ms,
    needs: ["f10k"],
    measure: timed("f10k", "FETCH 1:* (UID FLAGS)"),
  },
  {
    key: "fetch-envelope",
    name: "FETCH 1:* (ENVELOPE BODYSTRUCTURE), 10,000",
    ...ms,
    rounds: 3,
    needs: ["f10k"],
    measure: timed("f10k", "FETCH 1:* (ENVELOPE BODYSTRUCTURE)"),
  },
  {
    key: "fetch-bodies",
    name: "FETCH 1:* BODY.PEEK[], 10,000",
    ...ms,
    rounds: 3,
    needs: ["f10k"],
    measure: timed("f10k", "FETCH 1:* BODY.PEEK[]"),
  },
  {
    key: "fetch-partial",
    name: "a message of 20 MB in pieces of 256 KiB",
    unit: "MB a second",
    rate: true,
    rounds: 3,
    aim: 1,
    needs: ["large"],
    measure: partial,
  },
  {
    key: "store",
    name: "STORE 1:* ±FLAGS.SILENT, 10,000",
    ...ms,
    rounds: 3,
    needs: ["f10k"],
    measure: timed("f10k", [
      "STORE 1:* +FLAGS.SILENT (\\Flagged)",
      "STORE 1:* -FLAGS.SILENT (\\Flagged)",
    ]),
  },
  {
    key: "copy",
    name: "COPY, 1,000 messages",
    ...ms,
    rounds: 3,
    needs: ["f10k"],
    measure: transfer("COPY"),
  },
  {
    key: "move",
    name: "MOVE, 1,000 messages",
    ...ms,
    rounds: 3,
    needs: ["f10k"],
    measure: transfer("MOVE"),
  },
  {
    key: "append-1",
    name: "APPEND, durable, 1 connection",
    ...perSecond,
    needs: [],
    measure: append(1, 200),
  },
  {
    key: "append-8",
    name: "APPEND, durable, 8 connections",
    ...perSecond,
    aim: 3,
    needs: [],
    measure: append(8, 800),
  },
  {
    key: "search-flag",
    name: "SEARCH FLAGGED, 100,000",
    ...ms,
    needs: ["f100k"],
    measure: timed("f100k", ["SEARCH FLAGGED", "SEARCH UNSEEN UNDELETED"]),
  },
  {
    key: "search-header",
    name: "SEARCH SUBJECT, 10,000",
    ...ms,
    rounds: 3,
    needs: ["f10k"],
    measure: timed("f10k", ["SEARCH SUBJECT fork", "SEARCH SUBJECT nowhere"]),
  },
  {
    key: "search-text",
    name: "SEARCH TEXT, 100,000: rare, some, none",
    ...ms,
    rounds: 1,
    aim: 3,
    needs: ["f100k"],
    measure: timed("f100k", [RARE, SOME, "nowhere to be found"].map(textSearch)),
  },
  {
    key: "search-text-often",
    name: "SEARCH TEXT, 10,000: in every tenth",
    ...ms,
    rounds: 1,
    aim: 1,
    needs: ["f10k"],
    measure: timed("f10k", textSearch(OFTEN)),
  },
  {
    key: "mixed-10",
    name: "mixed load, 10 connections",
    unit: "commands a second",
    rate: true,
    rounds: 2,
    aim: 1,
    needs: ["f10k"],
    measure: (server, login) => mixedLoad(server, login, 10),
  },
  {
    key: "mixed-50",
    name: "mixed load, 50 connections",
    unit: "commands a second",
    rate: true,
    rounds: 2,
    aim: 1,
    needs: ["f10k"],
    measure: (server, login) => mixedLoad(server, login, 50),
  },
  {
    key: "idle",
    name: "IDLE: from APPEND elsewhere to EXISTS",
    ...ms,
    rounds: 3,
    needs: [],
    measure: idleLatency,
  },
  {
    key: "memory-tls",
    name: "memory of a connection that idles, TLS, 500 to 2,000 of them",
    unit: "KiB",
    rate: false,
    rounds: 1,
    aim: 3,
    needs: ["f1k"],
    measure: idleMemory(1_500, true),
  },
  {
    key: "memory-clear",
    name: "the same without TLS",
    unit: "KiB",
    rate: false,
    rounds: 1,
    aim: 3,
    needs: ["f1k"],
    measure: idleMemory(1_500, false),
  },
];

function textSearch(wanted: string): Buffer {
  const octets = Buffer.from(wanted);
  return Buffer.concat([Buffer.from(`SEARCH CHARSET UTF-8 TEXT {${octets.length}+}\r\n`), octets]);
}
