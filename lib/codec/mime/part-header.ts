/** The fields of a part's header that its Part keeps: RFC 2045, RFC 2183, RFC 2557, RFC 3282. */
import { type Budget } from "./envelope.ts";
import { headerText, type Header } from "./header.ts";
import { parseContentType, parseDisposition, type ContentType } from "./params.ts";
import type { Params, Part } from "./structure.ts";

export type PartFields = Omit<Part, "header" | "body" | "lines" | "parts" | "message">;

const TEXT: ContentType = { type: "text", subtype: "plain", params: [["charset", "us-ascii"]] };
const MESSAGE: ContentType = { type: "message", subtype: "rfc822", params: [] };

/** A Content-Language list longer than this is not read on. */
const MAX_LANGUAGES = 32;
/** RFC 2045 §6.1 tokens; anything longer is no encoding. */
const MAX_ENCODING = 40;

/** `inDigest`: parts of multipart/digest are messages by default (RFC 2046 §5.1.5). */
export function readPartFields(
  block: Buffer,
  header: Header,
  { inDigest, budget }: { inDigest: boolean; budget: Budget },
): PartFields {
  const text = (name: string) => headerText(block, header, name);
  const kept = <K extends string>(key: K, value: string | null) =>
    value === null || value === "" ? {} : { [key]: budget.text(value) };
  const type = parseContentType(text("content-type") ?? "") ?? (inDigest ? MESSAGE : TEXT);
  const disposition = parseDisposition(text("content-disposition") ?? "");
  const language = languages(text("content-language") ?? "");
  return {
    type: type.type,
    subtype: type.subtype,
    params: keep(type.params, budget),
    encoding: encodingOf(text("content-transfer-encoding") ?? ""),
    ...kept("id", text("content-id")),
    ...kept("description", text("content-description")),
    ...kept("md5", text("content-md5")),
    ...(disposition && {
      disposition: { type: disposition.type, params: keep(disposition.params, budget) },
    }),
    ...(language.length > 0 && { language }),
    ...kept("location", text("content-location")),
  };
}

function keep(params: Params, budget: Budget): Params {
  return params.map(([name, value]) => [budget.text(name), budget.text(value)] as const);
}

function languages(text: string): string[] {
  const tags = text.replace(/\([^()]*\)/g, "").match(/[A-Za-z0-9]+(-[A-Za-z0-9]+)*/g) ?? [];
  return tags.filter((tag) => tag.length <= 64).slice(0, MAX_LANGUAGES);
}

/** Lower case without comments; "7bit" when missing or no token. */
function encodingOf(text: string): string {
  const token = /^[\s"]*([\w!#$%&'*+.^`{|}~-]+)/.exec(text)?.[1]?.toLowerCase() ?? "";
  return token === "" || token.length > MAX_ENCODING ? "7bit" : token;
}
