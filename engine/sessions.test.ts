import assert from "node:assert/strict";
import { test } from "node:test";
import { Sessions, type LiveSession } from "./sessions.ts";

const HOUR = 3_600_000;

function session(id: string, ended: string[], over: Partial<LiveSession> = {}): LiveSession {
  const end = (reason: string) => void ended.push(`${id}: ${reason}`);
  return { id, mailboxId: "m", protocol: "imap", remoteAddress: "192.0.2.1", end, ...over };
}

test("all sessions of a mailbox are ended, or those of one app password", () => {
  const ended: string[] = [];
  const sessions = new Sessions();
  const phone = { id: "phone", name: "Phone", expiresAt: null };
  sessions.add(session("main", ended));
  sessions.add(session("by phone", ended, { appPassword: phone }));
  sessions.add(session("other", ended, { mailboxId: "other" }));
  assert.equal(sessions.drop("m", "revoked", "phone"), 1);
  assert.equal(sessions.drop("m", "revoked", "laptop"), 0);
  assert.deepEqual(ended.splice(0), ["by phone: revoked"]);
  assert.equal(sessions.drop("m", "out"), 2);
});

test("a session ends with the app password that began it, if it lasts so long", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const ended: string[] = [];
  const sessions = new Sessions();
  const until = (ms: number) => ({ id: "p", name: "Phone", expiresAt: new Date(Date.now() + ms) });
  sessions.add(session("long", ended, { appPassword: until(HOUR) }));
  const left = sessions.add(session("short", ended, { appPassword: until(HOUR) }));
  sessions.add(session("years", ended, { appPassword: until(1000 * 24 * HOUR) }));
  left();
  t.mock.timers.tick(HOUR - 1);
  assert.deepEqual(ended, []);
  t.mock.timers.tick(1);
  assert.deepEqual(ended, ["long: App password expired"]);
});
