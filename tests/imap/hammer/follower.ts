/**
 * Clients that follow a folder by QRESYNC (RFC 7162) and keep a copy of it: one stays and is told, one comes
 * back again and again and asks only for what changed. In the end both copies must be the folder.
 */
import assert from "node:assert/strict";
import { uidsOf, Wire, type Answer } from "./wire.ts";

/** uid → "flags modseq". */
export type Copy = Map<number, string>;

export class Follower {
  readonly name: string;
  readonly wire: Wire;
  readonly copy: Copy = new Map();
  #validity = 0;
  #modseq = 0;
  /** Everything up to this uid has been asked for. */
  #askedTo = 0;

  private constructor(wire: Wire, name: string) {
    this.wire = wire;
    this.name = name;
  }

  static async of(name: string, port: number, login: string): Promise<Follower> {
    const follower = new Follower(await Wire.signedIn(port, login), name);
    await follower.wire.run("ENABLE QRESYNC");
    await follower.#open("");
    await follower.#askNew();
    return follower;
  }

  /** Hears what there is; asks only for messages that it was told of and does not know. */
  async listen(random: number): Promise<void> {
    this.#take(await (random % 2 === 0 ? this.wire.idle(random) : this.wire.run("NOOP")));
    await this.#askNew();
  }

  /** Leaves, and opens the folder again with what it knows. */
  async comeBack(): Promise<void> {
    await this.wire.run("UNSELECT");
    await this.#open(` (QRESYNC (${this.#validity} ${this.#modseq}))`);
    await this.#askNew();
  }

  async #open(how: string): Promise<void> {
    const answer = await this.wire.run(`SELECT ${this.name}${how}`);
    assert.equal(answer.status, "OK", answer.text);
    const told = (what: string) => Number(new RegExp(`\\[${what} (\\d+)\\]`).exec(answer.untagged.join("\n"))?.[1]); // prettier-ignore
    if (this.#validity !== 0) assert.equal(told("UIDVALIDITY"), this.#validity);
    this.#validity = told("UIDVALIDITY");
    assert.ok(told("HIGHESTMODSEQ") >= this.#modseq, "a modseq never goes back");
    this.#modseq = told("HIGHESTMODSEQ");
    this.#take(answer);
  }

  async #askNew(): Promise<void> {
    while (this.copy.size < (this.wire.count ?? 0)) {
      const answer = await this.wire.run(`UID FETCH ${this.#askedTo + 1}:* (FLAGS MODSEQ)`);
      this.#take(answer);
      // What comes after news of more may leave some of it out.
      const news = answer.untagged.findIndex((line) => line.endsWith(" EXISTS"));
      const asked = news < 0 ? answer.untagged : answer.untagged.slice(0, news);
      const uids = asked.flatMap((line) => fetched(line)?.uid ?? []);
      this.#askedTo = Math.max(this.#askedTo, ...uids);
      if (news < 0) break;
    }
  }

  #take({ untagged }: Answer): void {
    for (const line of untagged) {
      const [, gone] = /^VANISHED (?:\(EARLIER\) )?([\d:,]+)$/.exec(line) ?? [];
      for (const uid of gone ? uidsOf(gone) : []) this.copy.delete(uid);
      const message = fetched(line);
      if (message) this.copy.set(message.uid, message.state);
    }
  }
}

function fetched(line: string): { uid: number; state: string } | null {
  if (!/^\d+ FETCH /.test(line)) return null;
  const uid = Number(/UID (\d+)/.exec(line)?.[1]);
  const [, flags] = /FLAGS \(([^)]*)\)/.exec(line) ?? [];
  const [, modseq] = /MODSEQ \((\d+)\)/.exec(line) ?? [];
  if (flags === undefined) return null;
  assert.ok(uid > 0 && modseq !== undefined, `a follower needs uid and modseq: ${line}`);
  return { uid, state: `${flags.split(" ").sort().join(" ")} ${modseq}` };
}

/** The folder as somebody sees it who comes for the first time. */
export async function wholeFolder(name: string, port: number, login: string): Promise<Copy> {
  const wire = await Wire.signedIn(port, login);
  const copy: Copy = new Map();
  await wire.run(`EXAMINE ${name}`);
  const { untagged } = await wire.run("UID FETCH 1:* (FLAGS MODSEQ)");
  for (const line of untagged) {
    const message = fetched(line);
    if (message) copy.set(message.uid, message.state);
  }
  assert.equal(copy.size, wire.count);
  wire.close();
  return copy;
}
