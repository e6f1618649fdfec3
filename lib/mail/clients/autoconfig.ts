/**
 * Thunderbird's autoconfig document: Mozilla's "Autoconfiguration file format" 1.1, as
 * draft-ietf-mailmaint-autoconfig writes it down. Read by Thunderbird, K-9, Evolution, KMail, FairEmail,
 * Delta Chat and others.
 *
 * `%EMAILADDRESS%` is filled in by the program: the document is the same for every address of a domain
 * and tells nobody which mailboxes there are.
 */
import { automaticServers, type ClientServer, type ClientSettings } from "./settings.ts";
import { element, xmlText } from "./xml.ts";

export const AUTOCONFIG_TYPE = "text/xml; charset=utf-8";

export function autoconfigXml(domain: string, settings: ClientSettings): string {
  const servers = automaticServers(settings);
  const incoming = servers.filter(({ protocol }) => protocol !== "smtp");
  const outgoing = servers.filter(({ protocol }) => protocol === "smtp");
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<clientConfig version="1.1">`,
    `  <emailProvider id="${xmlText(domain)}">`,
    `    ${element("domain", domain)}`,
    `    ${element("displayName", domain)}`,
    `    ${element("displayShortName", domain)}`,
    ...incoming.map((server) => serverXml("incomingServer", server, settings.hostName)),
    ...outgoing.map((server) => serverXml("outgoingServer", server, settings.hostName)),
    `  </emailProvider>`,
    `</clientConfig>`,
    ``,
  ].join("\n");
}

/** Elements in the order of the draft's schema: programs that validate are strict about it. */
function serverXml(tag: string, { protocol, port, tls }: ClientServer, hostName: string): string {
  const inner = [
    element("hostname", hostName),
    element("port", port),
    element("socketType", tls === "implicit" ? "SSL" : "STARTTLS"),
    // The connection is encrypted; SCRAM would not work with an app password.
    element("authentication", "password-cleartext"),
    element("username", "%EMAILADDRESS%"),
  ];
  const lines = inner.map((line) => `      ${line}`);
  return [`    <${tag} type="${protocol}">`, ...lines, `    </${tag}>`].join("\n");
}
