/** What people's mail programs do all day, at random, the same sequence for both servers. */
import { BenchClient, type Login } from "./client.ts";
import { message } from "./data.ts";
import type { Server } from "./server.ts";
import { seeded, type Random } from "../../tests/support/random.ts";

const SECONDS = 5;

/** Commands a second. */
export async function mixedLoad(
  server: Server,
  login: Login,
  connections: number,
): Promise<number> {
  const clients: BenchClient[] = [];
  for (let at = 0; at < connections; at++) {
    const client = await BenchClient.signedIn(server.imap, login);
    await client.run("SELECT f10k");
    clients.push(client);
  }
  await clients[0]?.run("CREATE mixed");
  let commands = 0;
  const until = performance.now() + SECONDS * 1000;
  await Promise.all(
    clients.map(async (client, at) => {
      for (const random = seeded(at + 1); performance.now() < until; commands++)
        await oneCommand(client, random);
    }),
  );
  await clients[0]?.run("DELETE mixed");
  await Promise.all(clients.map((client) => client.close()));
  return commands / SECONDS;
}

async function oneCommand(client: BenchClient, random: Random): Promise<unknown> {
  const at = 1 + random(9_400); // the longest page ends within the folder
  const kind = random(100);
  if (kind < 30) return client.run(`FETCH ${at}:${at + 49} (UID FLAGS ENVELOPE)`);
  if (kind < 50) return client.run(`FETCH ${at} BODY.PEEK[]`);
  if (kind < 60) return client.run(`FETCH ${at}:${at + 499} (UID FLAGS)`);
  if (kind < 75) return client.run(`STORE ${at} ${random(2) ? "+" : "-"}FLAGS (\\Seen)`);
  if (kind < 85) return client.run("SEARCH UNSEEN");
  if (kind < 90) return client.append("mixed", [message(2_000_000 + random(1_000_000))]);
  return client.run("NOOP");
}
