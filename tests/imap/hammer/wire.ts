/**
 * An IMAP client that believes nothing: it keeps count of what it is told and fails at once when the
 * server contradicts itself (RFC 9051 §7.4.1, §7.5.1: EXISTS never shrinks a mailbox, EXPUNGE never comes where
 * message numbers are in use).
 */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";

/** Slower than this is stuck. */
const ANSWER_MS = 60_000;

/** Nothing in a session was wrong: the server ended it (its folder is gone, say). */
export class Ended extends Error {}

export interface Answer {
  readonly status: "OK" | "NO";
  readonly text: string;
  /** Untagged responses in order, without "* "; literals in place. */
  readonly untagged: readonly string[];
}

export class Wire {
  readonly #socket: Socket;
  #buffer = "";
  #ended = false;
  #wake = () => {};
  #tags = 0;
  /** Messages of the open folder as the client counts them; null: none is open. */
  count: number | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      this.#buffer += text;
      this.#wake();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#ended = true;
      this.#wake();
    });
  }

  static async signedIn(port: number, login: string): Promise<Wire> {
    const wire = new Wire(connect(port, "127.0.0.1"));
    assert.match(await wire.#response(), /^\* OK /);
    assert.equal((await wire.run(`LOGIN ${login}`)).status, "OK");
    return wire;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** One command to its end. BAD is a failure: whoever asks knows what may be asked. */
  async run(command: string): Promise<Answer> {
    const tag = `h${++this.#tags}`;
    this.#socket.write(`${tag} ${command}\r\n`, "latin1");
    return this.#answer(tag, command);
  }

  /** IDLE for a while. */
  async idle(ms: number): Promise<Answer> {
    const tag = `h${++this.#tags}`;
    this.#socket.write(`${tag} IDLE\r\n`);
    setTimeout(() => this.#socket.write("DONE\r\n"), ms);
    return this.#answer(tag, "IDLE");
  }

  async #answer(tag: string, command: string): Promise<Answer> {
    const untagged: string[] = [];
    if (/^(SELECT|EXAMINE)/.test(command)) this.count = 0;
    for (;;) {
      const response = await this.#response();
      const [, status, text = ""] = new RegExp(`^${tag} (OK|NO|BAD) ([^]*)`).exec(response) ?? [];
      if (status === undefined) {
        if (response.startsWith("+ ")) continue;
        this.#told(response.slice(2), command);
        untagged.push(response.slice(2));
        continue;
      }
      const shown = `${command.slice(0, 200)} (of ${this.count}) → ${response}`;
      assert.notEqual(status, "BAD", shown);
      assert.doesNotMatch(text, /SERVERBUG|Internal/, shown);
      if (/^(SELECT|EXAMINE)/.test(command) && status === "NO") this.count = null;
      if (/^(CLOSE|UNSELECT)/.test(command) && status === "OK") this.count = null;
      return { status: status as "OK" | "NO", text, untagged };
    }
  }

  #told(response: string, command: string): void {
    if (response.startsWith("BYE")) throw new Ended(response);
    // Of one's own DELETE: RFC 9051 §7.1. While another is opened it counts for the new one.
    if (response.startsWith("OK [CLOSED]") && !/^(SELECT|EXAMINE)/.test(command)) this.count = null;
    const shown = `${command.slice(0, 200)} → * ${response.slice(0, 200)} (of ${this.count})`;
    const [, number, what] = /^(\d+) (EXISTS|EXPUNGE|FETCH)/.exec(response) ?? [];
    const [, vanished] = /^VANISHED ([\d:,]+)$/.exec(response) ?? [];
    const n = Number(number);
    if (what === undefined && vanished === undefined) return;
    assert.ok(this.count !== null, shown);
    if (what === "EXISTS") {
      assert.ok(n >= this.count, shown);
      this.count = n;
    } else if (what === "FETCH") assert.ok(n >= 1 && n <= this.count, shown);
    else {
      assert.doesNotMatch(command, /^(FETCH|STORE|SEARCH) /, shown);
      if (what === "EXPUNGE") assert.ok(n >= 1 && n <= this.count, shown);
      this.count -= vanished === undefined ? 1 : uidsOf(vanished).length;
      assert.ok(this.count >= 0, shown);
    }
  }

  /** A line with the literals that it announces. */
  async #response(): Promise<string> {
    let at = 0;
    for (;;) {
      const end = await this.#need((buffer) => buffer.indexOf("\r\n", at));
      const [, octets] = /\{(\d+)\}$/.exec(this.#buffer.slice(at, end)) ?? [];
      if (octets === undefined) {
        const response = this.#buffer.slice(0, end);
        this.#buffer = this.#buffer.slice(end + 2);
        return response;
      }
      at = end + 2 + Number(octets);
      await this.#need((buffer) => (buffer.length >= at ? at : -1));
    }
  }

  async #need(find: (buffer: string) => number): Promise<number> {
    const until = Date.now() + ANSWER_MS;
    for (;;) {
      const at = find(this.#buffer);
      if (at >= 0) return at;
      if (this.#ended) throw new Ended("closed");
      assert.ok(Date.now() < until, `no answer after ${JSON.stringify(this.#buffer.slice(-200))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ANSWER_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** "1:3,7" → [1, 2, 3, 7]. */
export function uidsOf(set: string): number[] {
  return set.split(",").flatMap((range) => {
    const [from = 0, to = from] = range.split(":").map(Number);
    return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => Math.min(from, to) + i);
  });
}
