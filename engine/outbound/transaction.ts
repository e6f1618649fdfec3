/**
 * MAIL, RCPT, DATA for the recipients of one batch: RFC 5321 §3.3, with SIZE (1870), 8BITMIME (6152),
 * SMTPUTF8 (6531), DSN (3461), REQUIRETLS (8689) and PIPELINING (2920) as far as the peer announces them.
 *
 * Every recipient gets a verdict of its own. Verdicts are handed out as they become certain; when the
 * connection breaks, HostFailure is thrown and those without one may be tried at the next host, except after the
 * final dot: then the peer may have the message, and we wait for the next attempt.
 *
 * A peer without 8BITMIME gets 8-bit text all the same: converting would break signatures, and what still
 * hides the keyword today are filters that pass the bytes.
 */
import { dotStuff } from "../../lib/codec/smtp/dot-stream.ts";
import type { Reply } from "../../lib/codec/smtp/reply.ts";
import { encodeXtext } from "../../lib/codec/smtp/syntax.ts";
import type { ByteSource, ClaimedRecipient, QueueBatch } from "../../lib/mail/ports.ts";
import type { Session } from "./session.ts";
import type { Transcript } from "./transcript.ts";
import { final, fromReply, HostFailure, passing, type Finding, type Verdict } from "./verdict.ts";

export interface Sending {
  readonly batch: QueueBatch;
  readonly source: ByteSource;
  readonly transcript: Transcript;
  readonly decide: (verdict: Verdict) => void;
}

/** RFC 5321 §4.5.3.1.8: every server takes so many. */
const MAX_RECIPIENTS = 100;

/** Throws HostFailure when the connection breaks before the outcome is certain. */
export async function sendBatch(
  session: Session,
  recipients: readonly ClaimedRecipient[],
  sending: Sending,
): Promise<void> {
  const obstacle = await obstacleAt(session, sending);
  if (obstacle) return decideAll(recipients, obstacle, sending);
  let rest = [...recipients];
  while (rest.length > 0) {
    const now = rest.splice(0, MAX_RECIPIENTS);
    const tooMany = await transact(session, now, sending);
    // RFC 5321 §4.5.3.1.10: the rest in a transaction of its own, as long as that moves anything.
    if (tooMany.length < now.length) rest = [...tooMany.map(({ recipient }) => recipient), ...rest];
    else tooMany.forEach(sending.decide);
  }
}

/** What makes it useless to say MAIL. */
async function obstacleAt(session: Session, { batch, source }: Sending): Promise<Finding | null> {
  const limit = Number(session.extensions.get("SIZE") || 0);
  if (limit > 0 && batch.size > limit) {
    const text = `Message has ${batch.size} bytes, the server takes ${limit}`;
    return final("5.3.4", text, 552);
  }
  if (!batch.smtputf8 || session.extensions.has("SMTPUTF8")) return null;
  const addresses = [batch.reversePath, ...batch.recipients.map(({ address }) => address)];
  if (addresses.every(isAscii) && (await headerIsAscii(source))) return null;
  return final("5.6.7", "Message needs SMTPUTF8, which the server does not support", 553);
}

/** One transaction. Answers the recipients that were one too many for it. */
async function transact(
  session: Session,
  recipients: readonly ClaimedRecipient[],
  sending: Sending,
): Promise<Verdict[]> {
  const { accepted, tooMany, refused } = await sendEnvelope(session, recipients, sending);
  refused.forEach(sending.decide);
  if (accepted.length > 0) {
    decideAll(accepted, await sendData(session, sending), sending);
  } else {
    session.wire.send(["RSET"]);
    await session.wire.reply(session.timeouts.command, "RSET");
  }
  return tooMany;
}

interface EnvelopeAnswer {
  accepted: ClaimedRecipient[];
  refused: Verdict[];
  tooMany: Verdict[];
}

async function sendEnvelope(
  session: Session,
  recipients: readonly ClaimedRecipient[],
  { batch }: Sending,
): Promise<EnvelopeAnswer> {
  const mail = mailCommand(batch, session.extensions);
  const rcpts = recipients.map((recipient) => rcptCommand(recipient, session.extensions));
  const replies = await converse(session, [mail, ...rcpts]);
  const [mailReply, ...rcptReplies] = replies;
  const answer: EnvelopeAnswer = { accepted: [], refused: [], tooMany: [] };
  for (const [index, recipient] of recipients.entries()) {
    const mailOk = mailReply !== undefined && mailReply.code < 300;
    const reply = mailOk ? rcptReplies[index] : mailReply;
    const finding = reply ? recipientFinding(reply) : passing("4.4.2", "No reply");
    if (finding.outcome === "delivered") answer.accepted.push(recipient);
    else if (mailOk && isTooMany(finding)) answer.tooMany.push({ ...finding, recipient });
    else answer.refused.push({ ...finding, recipient });
  }
  return answer;
}

/** Commands in one go when the peer announced PIPELINING, else one by one; ends early when MAIL is refused. */
async function converse(session: Session, commands: readonly string[]): Promise<Reply[]> {
  const { wire, timeouts, extensions } = session;
  const pipelining = extensions.has("PIPELINING");
  if (pipelining) wire.send(commands);
  const replies: Reply[] = [];
  for (const command of commands) {
    if (!pipelining) wire.send([command]);
    const reply = await wire.reply(timeouts.command, command.slice(0, 4));
    if (reply.code === 421) throw new HostFailure({ ...fromReply(reply), outcome: "deferred" });
    replies.push(reply);
    if (!pipelining && replies.length === 1 && reply.code >= 300) break;
  }
  return replies;
}

/** 552 without an enhanced code is the old word for "too many recipients" (RFC 5321 §4.5.3.1.10). */
function recipientFinding(reply: Reply): Finding {
  const old = reply.code === 552 && reply.enhanced === null;
  return old ? fromReply({ ...reply, code: 452, enhanced: "4.5.3" }) : fromReply(reply);
}

const isTooMany = ({ code, enhanced }: Finding) =>
  code === 452 && (enhanced === "4.5.3" || enhanced === "4.0.0");

/** DATA and the message. The finding holds for all who were accepted. */
async function sendData(session: Session, { source, transcript }: Sending): Promise<Finding> {
  const { wire, timeouts } = session;
  wire.send(["DATA"]);
  const go = await wire.reply(timeouts.dataStart, "DATA");
  if (go.code === 421) throw new HostFailure({ ...fromReply(go), outcome: "deferred" });
  if (go.code !== 354) return notDelivered(fromReply(go));
  const complete = await sendMessage(session, source, transcript);
  try {
    const finding = fromReply(await wire.reply(timeouts.dataEnd, "the message"));
    // Who answers in the middle cannot have taken it; there is no way back to commands from there.
    if (!complete) wire.destroy();
    return complete ? finding : notDelivered(finding);
  } catch (error) {
    if (!(error instanceof HostFailure) || !complete) throw error;
    const text = `${error.message} after the message was sent; it may arrive twice`;
    return passing("4.4.2", text);
  }
}

/** False when the peer answered or hung up before the end. What the source throws ends the connection. */
async function sendMessage(
  { wire, timeouts }: Session,
  source: ByteSource,
  transcript: Transcript,
): Promise<boolean> {
  let sent = 0;
  let complete = true;
  try {
    for await (const chunk of dotStuff(source.open())) {
      if (wire.interrupted) {
        complete = false;
        break;
      }
      await wire.write(chunk, timeouts.dataBlock);
      sent += chunk.length;
    }
  } catch (error) {
    complete = false;
    if (!(error instanceof HostFailure)) {
      wire.destroy(); // our own trouble: half a message must not look like a whole one
      throw error;
    }
  }
  transcript.note(`${complete ? "message" : "part of the message"} sent, ${sent} bytes`);
  return complete;
}

/** A 2yz where only 354 makes sense: never count that as delivered. */
const notDelivered = (finding: Finding): Finding =>
  finding.outcome === "delivered"
    ? { ...finding, outcome: "deferred", enhanced: "4.5.0" }
    : finding;

function mailCommand(batch: QueueBatch, extensions: ReadonlyMap<string, string>): string {
  const words = [`MAIL FROM:<${batch.reversePath}>`];
  if (extensions.has("SIZE")) words.push(`SIZE=${batch.size}`);
  if (batch.eightBit && extensions.has("8BITMIME")) words.push("BODY=8BITMIME");
  if (batch.smtputf8 && extensions.has("SMTPUTF8")) words.push("SMTPUTF8");
  if (batch.requireTls && extensions.has("REQUIRETLS")) words.push("REQUIRETLS");
  if (extensions.has("DSN")) {
    if (batch.dsnRet) words.push(`RET=${batch.dsnRet}`);
    if (batch.dsnEnvid !== null) words.push(`ENVID=${encodeXtext(batch.dsnEnvid)}`);
  }
  return words.join(" ");
}

function rcptCommand(
  { address, dsnNotify, dsnOrcpt }: ClaimedRecipient,
  extensions: ReadonlyMap<string, string>,
): string {
  const words = [`RCPT TO:<${address}>`];
  if (extensions.has("DSN")) {
    if (dsnNotify) words.push(`NOTIFY=${dsnNotify}`);
    if (dsnOrcpt) words.push(`ORCPT=${dsnOrcpt}`);
  }
  return words.join(" ");
}

function decideAll(
  recipients: readonly ClaimedRecipient[],
  finding: Finding,
  { decide }: Sending,
): void {
  for (const recipient of recipients) decide({ ...finding, recipient });
}

const isAscii = (text: string) => /^[\0-\x7f]*$/.test(text);

async function headerIsAscii(source: ByteSource): Promise<boolean> {
  let tail = "";
  for await (const chunk of source.open()) {
    const text = tail + chunk.toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    if (!isAscii(end < 0 ? text : text.slice(0, end))) return false;
    if (end >= 0) return true;
    tail = text.slice(-3);
  }
  return true;
}
