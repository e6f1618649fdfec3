/**
 * Delivery status notifications: RFC 3461 §6, RFC 3464, in multipart/report (RFC 6522); with addresses that
 * are not ASCII in the form of RFC 6533. Pure: values in, the message out.
 *
 * Three parts: what happened in plain words, the same for machines, and what came of the original. The
 * words of other servers are quoted, never believed: no line of theirs can become a field of ours.
 */
import { formatDate } from "../../lib/codec/mime/date.ts";
import { formatField } from "../../lib/codec/mime/header-writer.ts";
import { encodeQuotedPrintable } from "../../lib/codec/mime/transfer.ts";
import { decodeXtext } from "../../lib/codec/smtp/syntax.ts";
import type { QueueBatch } from "../../lib/mail/ports.ts";
import type { Verdict } from "./verdict.ts";

/** RFC 3464 §2.3.3 "Action". */
export type ReportKind = "failed" | "delayed" | "relayed" | "delivered";

export interface Report {
  readonly kind: ReportKind;
  /** Our host name: who reports. */
  readonly hostName: string;
  readonly messageId: string;
  readonly boundary: string;
  readonly now: Date;
  readonly batch: QueueBatch;
  readonly verdicts: readonly Verdict[];
  /** The server that was spoken to last, or null. */
  readonly mx: string | null;
  /** For "delayed": when we give up. */
  readonly until: Date;
  readonly original: { readonly complete: boolean; readonly bytes: Buffer };
}

const SUBJECTS: Record<ReportKind, string> = {
  failed: "Your message could not be delivered",
  delayed: "Your message is delayed",
  relayed: "Your message was handed on",
  delivered: "Your message was delivered",
};

export function composeReport(report: Report): Buffer {
  const original = originalPart(report);
  const parts = [
    Buffer.from(textPart(report)),
    Buffer.from(statusPart(report)),
    Buffer.concat([Buffer.from(original.header), report.original.bytes]),
  ];
  const line = `--${report.boundary}`;
  const body = parts.flatMap((part) => [Buffer.from(`${line}\r\n`), part, Buffer.from("\r\n")]);
  const eightBit = parts.some((part) => part.some((byte) => byte > 127));
  const head = headerOf(report, eightBit);
  return Buffer.concat([Buffer.from(head), ...body, Buffer.from(`${line}--\r\n`)]);
}

function headerOf({ kind, hostName, messageId, boundary, now, batch }: Report, eightBit: boolean) {
  return [
    formatField("From", `Mail delivery <mailer-daemon@${hostName}>`),
    formatField("To", batch.reversePath),
    formatField("Subject", SUBJECTS[kind]),
    formatField("Date", formatDate(now)),
    formatField("Message-ID", `<${messageId}@${hostName}>`),
    // RFC 3834 §5.1: nobody's vacation notice should answer this.
    formatField("Auto-Submitted", "auto-replied"),
    formatField("MIME-Version", "1.0"),
    "Content-Type: multipart/report; report-type=delivery-status;\r\n",
    `\tboundary="${boundary}"\r\n`,
    eightBit ? "Content-Transfer-Encoding: 8bit\r\n" : "",
    "\r\n",
  ].join("");
}

// ── For people ──────────────────────────────────────────────────────────────────────────────────

function textPart(report: Report): string {
  const text = [
    ...intro(report),
    "",
    ...report.verdicts.flatMap((v) => explain(v, report)),
    ...outro(report),
  ];
  return (
    "Content-Type: text/plain; charset=utf-8\r\n" +
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n" +
    encodeQuotedPrintable(text.map((line) => `${line}\r\n`).join(""))
  );
}

function intro({ kind, hostName, until }: Report): string[] {
  const who = `This is the mail server ${hostName}.`;
  if (kind === "failed") {
    return [who, "", "Your message could not be delivered to:"];
  }
  if (kind === "delayed") {
    return [
      who,
      "",
      "Your message has not been delivered yet. You need not send it again:",
      `we keep trying until ${formatDate(until)}.`,
      "",
      "It is still waiting for:",
    ];
  }
  if (kind === "delivered") {
    return [who, "", "You asked to hear about delivery. Your message was delivered to:"];
  }
  return [
    who,
    "",
    "You asked to hear about delivery. Your message was handed on to a server",
    "that does not report back, so this is the last you will hear of it, for:",
  ];
}

function explain(
  { recipient, code, enhanced, text, remote }: Verdict,
  { mx, kind }: Report,
): string[] {
  const said = `${code} ${enhanced} ${text}`.trim();
  const who = kind === "relayed" ? `It went to ${mx ?? "the next server"}, which answered:` : "";
  const why = remote ? who || `The server ${mx ?? "there"} answered:` : "";
  return [
    `  ${recipient.address}`,
    ...(why ? [`    ${why}`] : []),
    `    ${remote ? said : text}`,
    "",
  ];
}

function outro({ kind, original }: Report): string[] {
  const what = original.complete ? "Your message" : "The header of your message";
  return kind === "failed"
    ? ["We will not try again.", "", `${what} is attached.`]
    : [`${what} is attached.`];
}

// ── For machines ────────────────────────────────────────────────────────────────────────────────

function statusPart(report: Report): string {
  const { batch, hostName } = report;
  const type = batch.smtputf8 ? "message/global-delivery-status" : "message/delivery-status";
  const message = [
    formatField("Reporting-MTA", `dns; ${hostName}`),
    batch.dsnEnvid === null ? "" : formatField("Original-Envelope-Id", ascii(batch.dsnEnvid)),
    formatField("Arrival-Date", formatDate(batch.createdAt)),
  ];
  const recipients = report.verdicts.map((verdict) => `\r\n${recipientFields(verdict, report)}`);
  return `Content-Type: ${type}\r\n\r\n${message.join("")}${recipients.join("")}`;
}

function recipientFields(verdict: Verdict, { kind, batch, mx, now, until }: Report): string {
  const { recipient, code, enhanced, text, remote } = verdict;
  const safe = batch.smtputf8 ? (value: string) => value : ascii;
  const type = /[^\0-\x7f]/.test(recipient.address) ? "utf-8" : "rfc822";
  const original = recipient.dsnOrcpt === null ? null : originalRecipient(recipient.dsnOrcpt);
  const said = `smtp; ${code} ${enhanced} ${text}`.trim();
  return [
    original === null ? "" : formatField("Original-Recipient", safe(original)),
    formatField("Final-Recipient", safe(`${type}; ${recipient.address}`)),
    formatField("Action", kind),
    formatField("Status", enhanced),
    remote && mx !== null ? formatField("Remote-MTA", `dns; ${mx}`) : "",
    remote ? formatField("Diagnostic-Code", safe(said)) : "",
    formatField("Last-Attempt-Date", formatDate(now)),
    kind === "delayed" ? formatField("Will-Retry-Until", formatDate(until)) : "",
  ].join("");
}

/** RFC 3461 §4.2: xtext on the wire, plain here. */
function originalRecipient(orcpt: string): string {
  const [type = "", ...rest] = orcpt.split(";");
  const address = rest.join(";");
  return `${type};${type.toLowerCase() === "utf-8" ? address : (decodeXtext(address) ?? address)}`;
}

const ascii = (text: string) => text.replace(/[^\t -~]/gu, "?");

// ── The original ────────────────────────────────────────────────────────────────────────────────

function originalPart({ batch, original }: Report): { header: string } {
  const plain = original.complete ? "message/rfc822" : "text/rfc822-headers";
  const global = original.complete ? "message/global" : "message/global-headers";
  const eightBit = original.bytes.some((byte) => byte > 127);
  const encoding = eightBit ? "Content-Transfer-Encoding: 8bit\r\n" : "";
  return { header: `Content-Type: ${batch.smtputf8 ? global : plain}\r\n${encoding}\r\n` };
}
