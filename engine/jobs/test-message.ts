/** The words of a test message, as RFC 5322 bytes. */
import MailComposer from "nodemailer/lib/mail-composer/index.js";

const TEXTS = {
  en: {
    subject: "Test message from Posthorn",
    body: (id: string) =>
      `This is a test message.\n\nIf you can read it, mail from this domain reached you. ` +
      `Its trace id is ${id}: the console shows every step it took.\n`,
  },
  zh: {
    subject: "来自 Posthorn 的测试邮件",
    body: (id: string) =>
      `这是一封测试邮件。\n\n如果您能看到它，说明来自该域的邮件已经送达。` +
      `其追踪编号为 ${id}，控制台会显示它经过的每一步。\n`,
  },
} as const;

export interface TestMessage {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly language: "en" | "zh";
  readonly date: Date;
}

export function composeTestMessage({ id, from, to, language, date }: TestMessage): Promise<Buffer> {
  const { subject, body } = TEXTS[language];
  const domain = from.slice(from.lastIndexOf("@") + 1);
  const composer = new MailComposer({
    from,
    to,
    subject,
    text: body(id),
    date,
    messageId: `<${id}@${domain}>`,
    headers: { "Auto-Submitted": "auto-generated" }, // RFC 3834 §5
    newline: "\r\n",
  });
  return composer.compile().build();
}
