/**
 * SEARCH against a plain scan: random pieces of known texts in many scripts, encodings and charsets. The
 * scan prepares text character by character, as RFC 5051 §2 is written; SEARCH works on octets in pieces.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import iconv from "iconv-lite";
import { ImapFlow } from "imapflow";
import { indexTexts } from "../../engine/text-index.ts";
import { SIGNATURE_VERSION } from "../../lib/mail/text-signature.ts";
import { SEGMENT } from "../../lib/storage/mail/text-index.ts";
import { ALICE, BOB, imapEngine, lines } from "./support.ts";
import { PASSWORD } from "../support/engine.ts";

const TEXTS: readonly (readonly [charset: string, text: string])[] = [
  ["utf-8", "会议记录：请在星期五之前确认。项目编号２０２６，谢谢！"],
  ["gb18030", "下周的会议改到上海举行，发票已经寄出。"],
  ["big5", "會議記錄已經寄出，請確認發票號碼。"],
  ["euc-jp", "会議の議事録を送ります。カタカナとひらがな。"],
  ["shift_jis", "請求書を添付しました。ご確認ください。"],
  ["euc-kr", "회의록을 보냅니다. 확인해 주세요."],
  ["iso-8859-1", "Die Rechnung für Müller & Söhne ist fällig: Straße 5, Größe GROß"],
  ["utf-8", "Grüße aus Überlingen, STRASSE oder Straße? Ärger, ärger, A\u0308rger."],
  ["windows-1251", "Привет, Москва! СЧЁТ за март, счёт оплачен."],
  ["utf-8", "Σίσυφος ΣΊΣΥΦΟΣ και ο λόφος"],
  ["utf-8", "Party 🎉👩‍👩‍👧 tonight 😀! Flags 🇩🇪🇯🇵, skin 👍🏽"],
  ["utf-8", "เอกสารการประชุม น้ำ ที่ กรุงเทพฯ"],
  ["utf-8", "İstanbul ılık ILIK istanbul"],
  ["utf-8", "ﬁle ½ ﬃ Ⅷ ａｂｃ ＡＢＣ ｶﾞ ガ"],
];

const engine = await imapEngine();
const headers: string[] = [];
for (const [index, [charset, text]] of TEXTS.entries()) {
  const octets = iconv.encode(`Intro.\r\n${text}\r\nEnd.`, charset);
  const subject = `=?utf-8?B?${Buffer.from(text.slice(0, 8)).toString("base64")}?=`;
  const encoding = index % 2 === 0 ? "base64" : "quoted-printable";
  const body =
    encoding === "base64"
      ? octets.toString("base64").replace(/.{76}/g, "$&\r\n")
      : Array.from(octets, (byte) => `=${byte.toString(16).padStart(2, "0").toUpperCase()}`)
          .join("")
          .replace(/.{72}/g, "$&=\r\n");
  const type = [
    `Content-Type: text/plain; charset=${charset}`,
    `Content-Transfer-Encoding: ${encoding}`,
  ];
  headers.push([`Subject: ${text.slice(0, 8)}`, ...type].join(" "));
  await engine.deliver(ALICE, lines(`Subject: ${subject}`, ...type, "", body));
}

/** By the letter of the RFC, one character at a time. */
function prepared(text: string): string {
  return Array.from(text, (character) => {
    const upper = character.toUpperCase();
    return Array.from(upper).length === 1 ? upper : character;
  })
    .join("")
    .normalize("NFKD");
}

const holds = (text: string, wanted: string) => prepared(text).includes(prepared(wanted));

/** A small generator, so that a failure can be repeated. */
function* randoms(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const { pool } = engine.engine.storage;

const CASES = 40 * Number(process.env["FUZZ"] ?? 1);

test("BODY, SUBJECT and TEXT find what a scan finds, and nothing else", () => compare(20_261_123));

test("the same with an index of the texts", async () => {
  await indexTexts(engine.engine.storage);
  const { rows } = await pool.query("SELECT 1 FROM blob_text WHERE signature IS NOT NULL");
  assert.equal(rows.length, TEXTS.length);
  await compare(7);
});

test("the same when signatures have become a segment", async () => {
  await pool.query("SELECT setval('blob_id_seq', $1)", [3 * SEGMENT]);
  await engine.deliver(BOB, lines("Subject: of a later segment", "", "later"));
  await indexTexts(engine.engine.storage);
  const { rows } = await pool.query("SELECT length(bits) AS length FROM text_segment");
  assert.deepEqual(rows[0], { length: 32_768 * (SEGMENT / 8) });
  await compare(8);
});

test("the same while some are not indexed, and others too long for it", async () => {
  await pool.query("DELETE FROM text_segment");
  await indexTexts(engine.engine.storage);
  await pool.query("DELETE FROM text_segment");
  await pool.query(
    `INSERT INTO blob_text SELECT id, $1, NULL FROM blob WHERE id % 3 = 0
     ON CONFLICT (blob_id) DO UPDATE SET signature = NULL`,
    [SIGNATURE_VERSION],
  );
  await compare(9);
});

async function compare(seed: number): Promise<void> {
  const client = new ImapFlow({
    host: "127.0.0.1",
    port: engine.ports.imap,
    secure: false,
    doSTARTTLS: false,
    auth: { user: ALICE, pass: PASSWORD },
    logger: false,
  });
  await client.connect();
  await client.mailboxOpen("INBOX");
  const random = randoms(seed);
  const upTo = (limit: number) => Math.floor((random.next().value ?? 0) * limit);
  const all = TEXTS.map(([, text]) => text);
  try {
    for (let round = 0; round < CASES; round++) {
      const characters = Array.from(all[upTo(all.length)] ?? "");
      const from = upTo(characters.length);
      const piece = characters.slice(from, from + 1 + upTo(6)).join("");
      const wanted = [piece, piece.toLowerCase(), piece.toUpperCase(), piece.normalize("NFD")][
        upTo(4)
      ];
      if (wanted === undefined || wanted.trim() === "" || wanted.includes("\0")) continue;
      const expected = (texts: readonly string[]) =>
        texts.flatMap((text, index) => (holds(text, wanted) ? [index + 1] : []));
      const bodies = all.map((text) => `Intro.\r\n${text}\r\nEnd.`);
      assert.deepEqual(await client.search({ body: wanted }), expected(bodies), `BODY ${wanted}`);
      const subjects = all.map((text) => text.slice(0, 8));
      assert.deepEqual(
        await client.search({ subject: wanted }),
        expected(subjects),
        `SUBJECT ${wanted}`,
      );
      const texts = all.map((_, index) => [headers[index] ?? "", bodies[index] ?? ""]);
      assert.deepEqual(
        await client.search({ text: wanted }),
        texts.flatMap((both, index) => (both.some((t) => holds(t, wanted)) ? [index + 1] : [])),
        `TEXT ${wanted}`,
      );
    }
  } finally {
    await client.logout();
  }
}
