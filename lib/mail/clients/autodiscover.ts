/**
 * Outlook's autodiscover, plain XML ("POX"): [MS-OXDSCLI] §2.2.3 (request) and §2.2.4 (response), and the
 * JSON of its second version, which only says where the first is.
 *
 * A request is XML from a stranger: two elements are looked for in its text, nothing is parsed, no entity
 * but XML's own five is known, and a document type is refused (§2.2.3 has none). Errors are documents with
 * status 200, as clients want them (§2.2.4.1.1.3): 600 for a request that is none, 601 for a schema that
 * is not ours, 500 for a domain that is not.
 */
import { parseAddress } from "../address.ts";
import { automaticServers, type ClientServer, type ClientSettings } from "./settings.ts";
import { element } from "./xml.ts";

export const POX_TYPE = "text/xml; charset=utf-8";

const REQUEST_SCHEMA =
  "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006";
const RESPONSE_SCHEMA =
  "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
const ENVELOPE = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";

export type PoxRequest =
  | { readonly kind: "outlook"; readonly address: string; readonly domain: string }
  | { readonly kind: "invalid" | "otherSchema" };

/** `text`: at most a few kilobytes; the caller has counted. */
export function readPoxRequest(text: string): PoxRequest {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return { kind: "invalid" };
  if (!/<(?:\w+:)?Autodiscover[\s>]/.test(text)) return { kind: "invalid" };
  const typed = contentOf(text, "EMailAddress");
  const parsed = typed === null ? null : parseAddress(typed);
  if (typed === null || parsed === null) return { kind: "invalid" };
  const schema = contentOf(text, "AcceptableResponseSchema") ?? "";
  if (schema !== RESPONSE_SCHEMA || !text.includes(REQUEST_SCHEMA)) return { kind: "otherSchema" };
  return { kind: "outlook", address: typed, domain: parsed.domain };
}

/** The text of the one element of that name; null when there are none or several. */
function contentOf(text: string, name: string): string | null {
  const pattern = new RegExp(`<(?:\\w+:)?${name}(?:\\s[^<>]{0,200})?>([^<>]{1,400})</`, "g");
  const found = [...text.matchAll(pattern)];
  return found.length === 1 ? unescapeXml(found[0]?.[1] ?? "").trim() : null;
}

const OWN_ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
};

const unescapeXml = (text: string) =>
  text.replace(/&(?:amp|lt|gt|quot|apos);/g, (entity) => OWN_ENTITIES[entity] ?? entity);

/** §2.2.4: an account with its protocols. The address comes back as it was asked: nobody is looked up. */
export function poxAnswer(address: string, settings: ClientSettings): string {
  const protocols = automaticServers(settings).flatMap((server) =>
    protocolXml(address, settings.hostName, server),
  );
  return envelope(RESPONSE_SCHEMA, [
    `    <User>${element("DisplayName", address)}</User>`,
    `    <Account>`,
    `      <AccountType>email</AccountType>`,
    `      <Action>settings</Action>`,
    ...protocols,
    `    </Account>`,
  ]);
}

function protocolXml(address: string, hostName: string, server: ClientServer): string[] {
  const { protocol, port, tls } = server;
  const inner = [
    element("Type", protocol.toUpperCase()),
    element("Server", hostName),
    element("Port", port),
    element("DomainRequired", "off"),
    element("LoginName", address),
    element("SPA", "off"), // NTLM: no
    element("SSL", "on"),
    // "SSL on" alone means implicit TLS to Outlook: what it is has to be said beside it.
    element("Encryption", tls === "implicit" ? "SSL" : "TLS"),
    element("AuthRequired", "on"),
    ...(protocol === "smtp" ? [element("UsePOPAuth", "off"), element("SMTPLast", "off")] : []),
  ];
  return [`      <Protocol>`, ...inner.map((line) => `        ${line}`), `      </Protocol>`];
}

const MESSAGES = {
  500: "The email address cannot be found.",
  600: "Invalid Request",
  601: "Provider is not available",
} as const;

/** §2.2.4.1.1.3. `now` is the time of day in words of the document. */
export function poxError(code: keyof typeof MESSAGES, now: Date): string {
  const time = now.toISOString().slice(11, 23);
  return envelope(null, [
    `    <Error Time="${time}" Id="0">`,
    `      ${element("ErrorCode", code)}`,
    `      ${element("Message", MESSAGES[code])}`,
    `      <DebugData />`,
    `    </Error>`,
  ]);
}

function envelope(schema: string | null, lines: readonly string[]): string {
  return [
    `<?xml version="1.0" encoding="utf-8"?>`,
    `<Autodiscover xmlns="${ENVELOPE}">`,
    schema === null ? `  <Response>` : `  <Response xmlns="${schema}">`,
    ...lines,
    `  </Response>`,
    `</Autodiscover>`,
    ``,
  ].join("\n");
}

/** What the second version knows of us: where the first one is. */
const JSON_PROTOCOL = "autodiscoverv1";

export interface JsonAnswer {
  readonly status: 200 | 400;
  readonly body: Readonly<Record<string, string>>;
}

/** `url`: of the POX document at the name that was asked. */
export function jsonAnswer(email: string | null, protocol: string | null, url: string): JsonAnswer {
  const missing = email === null || parseAddress(email) === null ? "Email" : "Protocol";
  if (missing === "Email" || protocol === null || protocol === "")
    return {
      status: 400,
      body: {
        ErrorCode: "MandatoryParameterMissing",
        ErrorMessage: `A valid value must be provided for the query parameter '${missing}'`,
      },
    };
  if (protocol.toLowerCase() === JSON_PROTOCOL)
    return { status: 200, body: { Protocol: "AutodiscoverV1", Url: url } };
  return {
    status: 400,
    body: {
      ErrorCode: "InvalidProtocol",
      ErrorMessage: "The given protocol value is invalid. Supported values are 'AutodiscoverV1'",
    },
  };
}
