/** An orderly stop: nobody new is let in while what is under way comes to its end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { bytesSource } from "../../lib/mail/byte-source.ts";
import { newId } from "../../lib/mail/ids.ts";
import { startTestEngine } from "../support/engine.ts";
import { SmtpClient } from "../support/smtp-client.ts";

test("an engine that stops takes no more connections while a delivery ends", async () => {
  const engine = await startTestEngine({ mailboxes: ["ann@a.example"] });
  engine.dns.failures.set("slow.example", "timeout");
  await engine.engine.ctx.store.accept({
    traceId: newId(),
    source: bytesSource(Buffer.from("From: ann@a.example\r\n\r\nhello\r\n")),
    internalDate: new Date(),
    deliveries: [],
    events: [],
    queue: {
      ...{ id: newId(), reversePath: "ann@a.example", mailboxId: null, requireTls: false },
      ...{ smtputf8: false, eightBit: false, dsnRet: null, dsnEnvid: null },
      recipients: [
        {
          ...{ address: "bob@slow.example", destination: "slow.example" },
          ...{ dsnNotify: null, dsnOrcpt: null },
        },
      ],
    },
  });
  while (!engine.dns.asked.some((asked) => asked.startsWith("slow.example"))) await delay(20);

  let stopped = false;
  const stop = engine.stop().then(() => (stopped = true));
  await delay(100);
  await assert.rejects(SmtpClient.open(engine.ports.smtp), { code: "ECONNREFUSED" });
  assert.equal(stopped, false, "the delivery is still under way");
  await stop;
});
