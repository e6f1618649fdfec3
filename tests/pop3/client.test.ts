import assert from "node:assert/strict";
import { after, test } from "node:test";
import Pop3Command from "node-pop3";
import { corpus } from "../support/corpus.ts";
import { PASSWORD } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { HELLO, inbox, pop3World, signIn, WORLD } from "./world.ts";

const world = await pop3World({ allowPlaintextAuthOnLoopback: false });
after(() => world.stop());

const mail = [...corpus({ limit: 12, every: 500 })].map(({ octets }) => octets);

test("real mail comes byte-exact over STLS", async () => {
  const address = await world.mailbox(mail);
  const retrieve = mail.map((_, i) => `C: RETR ${i + 1}\nS: +OK ...\nS: ...\nS: .\n`).join("");
  const lines = await transcript(
    { port: world.ports.pop3, encoding: "latin1" },
    `S: +OK ...
     C: STLS
     S: +OK ...
     C: <STARTTLS>
     ${signIn(address).replace(/S: .*ready/, "")}
     ${retrieve}`,
  );
  const got = lines.map((line) => line.slice(3)).join("\r\n");
  for (const [index, octets] of mail.entries()) {
    const text = octets.toString("latin1");
    const whole = text.endsWith("\r\n") ? text : `${text}\r\n`;
    const wire = `+OK ${octets.length} octets\r\n${whole.replace(/(^|\r\n)\./g, "$1..")}.`;
    assert.ok(got.includes(wire), `message ${index + 1}`);
  }
});

/** node-pop3 leaves dots doubled, takes the last line end away, and knows no STLS. */
function client(user: string) {
  const tlsOptions = { rejectUnauthorized: false, servername: "mx.posthorn.test" };
  const port = world.ports.pop3s;
  return new Pop3Command({
    host: "127.0.0.1",
    port,
    user,
    password: PASSWORD,
    tls: true,
    tlsOptions,
  });
}

test("node-pop3: lists, fetches, deletes, and finds the rest next time", async () => {
  const ascii = mail.filter((octets) => octets.every((byte) => byte < 128)).slice(0, 4);
  const address = await world.mailbox([HELLO, ...ascii]);
  const pop3 = client(address);
  const ids = (await pop3.UIDL()).map(([, id]) => id);
  assert.equal(ids.length, ascii.length + 1);
  for (const [index, octets] of ascii.entries()) {
    const got = (await pop3.RETR(index + 2)).replace(/\r\n\./g, "\r\n");
    assert.equal(got.trimEnd(), octets.toString("latin1").trimEnd());
  }
  await pop3.DELE(1);
  await pop3.QUIT();
  assert.equal((await inbox(world, address)).length, ascii.length);
  const later = client(address);
  assert.deepEqual(
    (await later.UIDL()).map(([, id]) => id),
    ids.slice(1),
  );
  await later.QUIT();
});

test("node-pop3: TOP, LIST and RSET", async () => {
  const address = await world.mailbox([HELLO, WORLD]);
  const pop3 = client(address);
  assert.match(await pop3.TOP(2, 1), /^Subject: world\r\n\r\none/);
  assert.deepEqual(await pop3.LIST(2), ["2", "35"]);
  await pop3.DELE(2);
  await pop3.RSET();
  await pop3.QUIT();
  assert.equal((await inbox(world, address)).length, 2);
});
