/**
 * What an authority refuses (RFC 8555 §6.7, RFC 7807) and what it means for whoever has to mend it. The
 * texts of an authority come from outside: short, and on one line.
 */
import { outsideText } from "../outside-text.ts";
import { acmeReason, type AcmeCode, type AcmeReason } from "./reasons.ts";

const NAMESPACE = "urn:ietf:params:acme:error:";
const MAX_TEXT = 300;

export interface Problem {
  /** Without the namespace: "rateLimited"; of another namespace: as it is. */
  readonly type: string;
  readonly detail: string;
  /** Of each name of an order (§6.7.1). */
  readonly subproblems: readonly { readonly type: string; readonly detail: string }[];
}

/** Of whatever JSON was answered; a document without a type is one all the same. */
export function problemFrom(json: unknown): Problem {
  const field = fieldsOf(json);
  const list = field("subproblems");
  return {
    ...typeAndDetail(json),
    subproblems: Array.isArray(list) ? list.slice(0, 20).map(typeAndDetail) : [],
  };
}

function typeAndDetail(json: unknown): { type: string; detail: string } {
  const field = fieldsOf(json);
  const [type, detail] = [field("type"), field("detail")];
  return {
    type: typeof type === "string" ? plain(type).replace(NAMESPACE, "") : "",
    detail: typeof detail === "string" ? plain(detail) : "",
  };
}

function fieldsOf(value: unknown): (name: string) => unknown {
  const map = new Map<string, unknown>(
    typeof value === "object" && value !== null ? Object.entries(value) : [],
  );
  return (name) => map.get(name);
}

/** What comes from outside, for people. */
export const plain = (text: string): string => outsideText(text, MAX_TEXT);

const CODES: Readonly<Record<string, AcmeCode>> = {
  accountDoesNotExist: "account",
  caa: "caa",
  connection: "connection",
  dns: "dns",
  externalAccountRequired: "eab",
  incorrectResponse: "unauthorized",
  invalidContact: "contact",
  unsupportedContact: "contact",
  rateLimited: "rateLimited",
  rejectedIdentifier: "rejectedIdentifier",
  unsupportedIdentifier: "rejectedIdentifier",
  serverInternal: "serverFailed",
  tls: "tls",
  unauthorized: "unauthorized",
  userActionRequired: "terms",
};

export interface ProblemContext {
  /** Host name of the directory. */
  readonly server: string;
  /** That is to be certified; "" where it is about the account. */
  readonly name: string;
  /** When the authority wants to be asked again, by Retry-After. */
  readonly until?: Date | null;
  /** Of the terms that it names (§7.3.3). */
  readonly termsUrl?: string;
}

export function problemReason(problem: Problem, about: ProblemContext): AcmeReason {
  const { type, detail } = telling(problem);
  const { server, name, until = null, termsUrl = "" } = about;
  const code = CODES[type] ?? "refused";
  // The account itself may be refused with "unauthorized", and there is nothing to fetch then.
  const isAccount = name === "" && code === "unauthorized";
  const params = { server, name, text: detail };
  if (isAccount) return acmeReason("account", params);
  if (code === "rateLimited") {
    return acmeReason(code, { ...params, until: (until ?? new Date()).toISOString() });
  }
  if (code === "terms") return acmeReason(code, { ...params, url: termsUrl });
  return acmeReason(code, code === "refused" ? { ...params, type } : params);
}

/** "compound" says nothing by itself: the first of its parts does. */
function telling({ type, detail, subproblems }: Problem): { type: string; detail: string } {
  const [first] = subproblems;
  return first && (type === "compound" || !(type in CODES)) ? first : { type, detail };
}
