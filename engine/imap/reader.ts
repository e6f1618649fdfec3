/**
 * Reads commands from a connection: lines and literals (RFC 9051 §4.3, RFC 7888).
 *
 * A literal is accepted by the caller, after it has looked at state, grammar and size; only then does
 * "+" go out. A refused synchronising literal is never sent by the client. A refused
 * non-synchronising one is on its way already: it is read and thrown away up to a bound, past which
 * the connection ends.
 */
import type { CommandText } from "../../lib/codec/imap/command-text.ts";
import { announcedLiteral } from "../../lib/codec/imap/command-text.ts";
import {
  MAX_ARGUMENT_LITERAL,
  MAX_ARGUMENT_LITERAL_BEFORE_AUTH,
  MAX_COMMAND,
  MAX_COMMAND_BEFORE_AUTH,
  MAX_LINE,
  MAX_LINE_BEFORE_AUTH,
  MAX_LITERALS,
} from "../../lib/codec/imap/limits.ts";
import type { LiteralSpec } from "../../lib/codec/imap/types.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { Connection } from "../net/types.ts";
import { MAX_SKIPPED, MAX_SKIPPED_BEFORE_AUTH } from "./limits.ts";
import type { Output } from "./output.ts";

const READ_CHUNK = 64 * 1024;

/** What a client may make us hold or pass over, by whether we know who it is. */
interface Bounds {
  readonly line: number;
  readonly literal: number;
  readonly command: number;
  readonly skipped: number;
}

const STRANGER: Bounds = {
  line: MAX_LINE_BEFORE_AUTH,
  literal: MAX_ARGUMENT_LITERAL_BEFORE_AUTH,
  command: MAX_COMMAND_BEFORE_AUTH,
  skipped: MAX_SKIPPED_BEFORE_AUTH,
};
const KNOWN: Bounds = {
  line: MAX_LINE,
  literal: MAX_ARGUMENT_LITERAL,
  command: MAX_COMMAND,
  skipped: MAX_SKIPPED,
};

/** What the client sends cannot be followed any more: it is told goodbye. */
export class LostSync extends Error {}

export class CommandReader {
  readonly #connection: Connection;
  readonly #output: Output;
  #bounds = STRANGER;
  /** Octets of an accepted literal that are still to be read. */
  #left = 0;

  constructor(connection: Connection, output: Output) {
    this.#connection = connection;
    this.#output = output;
  }

  /** The client has signed in. */
  trust(): void {
    this.#bounds = KNOWN;
  }

  /** It has signed out. */
  distrust(): void {
    this.#bounds = STRANGER;
  }

  /** The first line of the next command. */
  async next(): Promise<CommandText> {
    return { lines: [await this.line()], literals: [] };
  }

  /**
   * One line. It is copied: the connection's buffer may be larger than the line by far. So may Node's pool of
   * small buffers, of which the line of a client that idles for half an hour would hold 64 KiB.
   */
  async line(): Promise<Buffer> {
    if (this.#connection.buffered === 0) await this.#output.flush();
    try {
      const line = await this.#connection.readLine(this.#bounds.line);
      const copy = Buffer.allocUnsafeSlow(line.length);
      line.copy(copy);
      return copy;
    } catch (error) {
      // A line that was not read to its end may have announced a literal: what follows is unknown.
      if (error instanceof MailError && LOST.has(error.kind))
        throw new LostSync(error.message, { cause: error });
      throw error;
    }
  }

  /** Reads an announced literal into memory, and the line after it. Throws MailError when refused. */
  async addLiteral(text: CommandText, spec: LiteralSpec): Promise<void> {
    const { literal, command } = this.#bounds;
    const held = octetsOf(text);
    if (spec.size > literal || held + spec.size > command || text.literals.length >= MAX_LITERALS)
      throw new MailError("argumentTooBig", "The argument is too long");
    text.literals.push(await this.#exactly(spec));
    await this.continueLine(text);
  }

  /**
   * Accepts a literal that is not for memory: its octets as they come. They belong to `text` from now
   * on; what is not read here, `skipRest` passes over.
   */
  async acceptMessage(text: CommandText, spec: LiteralSpec): Promise<AsyncIterable<Buffer>> {
    text.literals.push(Buffer.alloc(0));
    return this.#accept(spec);
  }

  /** The line after a literal that was read to its end. Throws MailError when all is too long. */
  async continueLine(text: CommandText): Promise<void> {
    text.lines.push(await this.line());
    if (octetsOf(text) > this.#bounds.command)
      throw new MailError("argumentTooBig", "The command is too long");
  }

  /** Tells the client to go on, when it waits for that. */
  async #accept(spec: LiteralSpec): Promise<AsyncIterable<Buffer>> {
    this.#left = spec.size;
    if (spec.sync) this.#output.line("+ Ready for literal data");
    await this.#output.flush();
    return this.#octets();
  }

  async *#octets(): AsyncGenerator<Buffer> {
    while (this.#left > 0) {
      const chunk = await this.#connection.read(Math.min(this.#left, READ_CHUNK));
      this.#left -= chunk.length;
      yield chunk;
    }
  }

  async #exactly(spec: LiteralSpec): Promise<Buffer> {
    const bytes = Buffer.alloc(spec.size);
    let at = 0;
    for await (const chunk of await this.#accept(spec)) at += chunk.copy(bytes, at);
    return bytes;
  }

  /** After a refusal: passes over what the client sends of this command without being asked. */
  async skipRest(text: CommandText): Promise<void> {
    for await (const chunk of this.#octets()) void chunk; // accepted, so within its own bound
    // What follows a literal is of this command, also when all of the literal was read.
    if (text.literals.length >= text.lines.length) text.lines.push(await this.line());
    let line = text.lines.at(-1) ?? EMPTY;
    for (let skipped = 0; ;) {
      const spec = announcedLiteral(line);
      if (spec === null || spec.sync) return;
      skipped += spec.size;
      if (skipped > this.#bounds.skipped) throw new LostSync("The literal is too long");
      this.#left = spec.size;
      for await (const chunk of this.#octets()) void chunk;
      line = await this.line();
    }
  }
}

/** What is held of a command. */
function octetsOf({ lines, literals }: CommandText): number {
  return [...lines, ...literals].reduce((sum, part) => sum + part.length, 0);
}

const EMPTY = Buffer.alloc(0);
const LOST: ReadonlySet<string> = new Set(["lineTooLong", "bareLineEnd"]);
