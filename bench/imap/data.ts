/**
 * The mail that both servers get: nine of ten are short ones of the corpus, made different by a field; the
 * tenth is ours, in UTF-8: German, Chinese, Japanese. The same number is the same message everywhere.
 */
import { corpus } from "../../tests/support/corpus.ts";
import type { BenchClient } from "./client.ts";

/** Messages of one APPEND (RFC 3502). */
const AT_ONCE = 50;
const MAX_OCTETS = 6_000;

/** In one of 5,000 messages, in one of 200 and in one of 10. */
export const RARE = "Überweisungsbeleg";
export const SOME = "会议记录";
export const OFTEN = "Sehr geehrte";

const SENTENCES = [
  "anbei erhalten Sie die Unterlagen für das Gespräch in der nächsten Woche.",
  "Die Rechnung liegt bei; bitte prüfen Sie die Beträge bis Freitag.",
  "我们下周三下午三点在二号会议室开会，请提前准备材料。",
  "请查收附件中的报价单，如有问题请与我联系。",
  "お世話になっております。来週の打ち合わせの件でご連絡いたします。",
  "資料を添付いたしますので、ご確認のほどよろしくお願いいたします。",
  "The build is green again, thanks to everybody who looked at it 🎉.",
];

let short: Buffer[] | null = null;

export function message(number: number): Buffer {
  short ??= [...corpus()]
    .map(({ octets }) => octets)
    .filter(
      (octets) => octets.length < MAX_OCTETS && !/\r(?!\n)|\0/.test(octets.toString("latin1")),
    );
  if (number % 10 === 0) return ownMessage(number);
  const base = short[number % short.length] ?? Buffer.alloc(0);
  return Buffer.concat([Buffer.from(`X-Bench: number ${number}\r\n`), base]);
}

function ownMessage(number: number): Buffer {
  const lines = Array.from({ length: 20 }, (_, at) => {
    const line = SENTENCES[(number / 10 + at * (1 + (number % 3))) % SENTENCES.length];
    return `${line} ${(number * 7919 + at * 104729).toString(36)}`;
  });
  return Buffer.from(
    [
      "From: Joerg Mueller <joerg@example.net>",
      "To: bench@example.test",
      `Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?= ${number}`,
      `Message-ID: <bench.${number}@example.net>`,
      `Date: Thu, ${(1 + (number % 28)).toString().padStart(2, "0")} Oct 2026 10:00:00 +0000`,
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: 8bit",
      "",
      `${OFTEN} Damen und Herren,`,
      ...lines,
      ...(number % 200 === 0 ? [SOME] : []),
      ...(number % 5_000 === 0 ? [RARE] : []),
      "",
    ].join("\r\n"),
  );
}

/** A message of so many MB with one attachment. */
export function largeMessage(megabytes: number): Buffer {
  const line = `${"QUJD".repeat(19)}\r\n`;
  return Buffer.from(
    "From: a@example.net\r\nSubject: large\r\nMIME-Version: 1.0\r\n" +
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n" +
      "Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
      `${line.repeat(Math.ceil((megabytes * 1e6) / line.length))}--b--\r\n`,
  );
}

/** Appends messages 0 to `count`. */
export async function fill(client: BenchClient, folder: string, count: number): Promise<void> {
  await client.run(`CREATE ${folder}`);
  for (let at = 0; at < count; at += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - at);
    await client.append(
      folder,
      Array.from({ length }, (_, next) => message(at + next)),
    );
  }
}
