/**
 * An account for Mail on iPhone, iPad and Mac: Apple's "Configuration Profile Reference", payload
 * `com.apple.mail.managed`, as a property list. The identifiers of a mailbox are always the same, so that a
 * profile that is loaded again replaces the account instead of adding a second one.
 */
import { createHash } from "node:crypto";
import { automaticServers, type ClientProtocol, type ClientSettings } from "./settings.ts";
import { xmlText } from "./xml.ts";

/** Apple's type, by which devices know what to do with it. */
export const MOBILECONFIG_TYPE = "application/x-apple-aspen-config";

export interface ProfileAccount {
  readonly mailboxId: string;
  readonly address: string;
  readonly displayName: string;
  readonly password: string;
}

export interface ProfileTexts {
  /** Of the profile, in the owner's language. */
  readonly title: string;
  readonly description: string;
}

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

/** Null when there is no IMAP or no submission: such an account could not be set up. */
export function mobileConfig(
  account: ProfileAccount,
  settings: ClientSettings,
  { title, description }: ProfileTexts,
): string | null {
  const mail = mailPayload(account, settings);
  if (!mail) return null;
  const { hostName } = settings;
  return plist({
    PayloadContent: [mail],
    PayloadDescription: description,
    PayloadDisplayName: title,
    PayloadIdentifier: identifier(hostName, account.mailboxId),
    PayloadOrganization: hostName,
    PayloadRemovalDisallowed: false,
    PayloadType: "Configuration",
    PayloadUUID: stableUuid(`profile ${account.mailboxId}`),
    PayloadVersion: 1,
  });
}

function mailPayload(account: ProfileAccount, settings: ClientSettings): Value | null {
  const { mailboxId, address, displayName, password } = account;
  const portOf = (protocol: ClientProtocol) =>
    automaticServers(settings).find((server) => server.protocol === protocol)?.port;
  const [imap, smtp] = [portOf("imap"), portOf("smtp")];
  if (imap === undefined || smtp === undefined) return null;
  const { hostName } = settings;
  return {
    EmailAccountDescription: address,
    EmailAccountName: displayName === "" ? address : displayName,
    EmailAccountType: "EmailTypeIMAP",
    EmailAddress: address,
    IncomingMailServerAuthentication: "EmailAuthPassword",
    IncomingMailServerHostName: hostName,
    IncomingMailServerPortNumber: imap,
    IncomingMailServerUseSSL: true,
    IncomingMailServerUsername: address,
    IncomingPassword: password,
    OutgoingMailServerAuthentication: "EmailAuthPassword",
    OutgoingMailServerHostName: hostName,
    OutgoingMailServerPortNumber: smtp,
    OutgoingMailServerUseSSL: true,
    OutgoingMailServerUsername: address,
    OutgoingPasswordSameAsIncomingPassword: true,
    PayloadDisplayName: address,
    PayloadIdentifier: `${identifier(hostName, mailboxId)}.mail`,
    PayloadType: "com.apple.mail.managed",
    PayloadUUID: stableUuid(`mail ${mailboxId}`),
    PayloadVersion: 1,
  };
}

/** Reverse DNS, as Apple asks: "net.example.mail.mailbox.<id>". */
const identifier = (hostName: string, mailboxId: string): string =>
  `${hostName.split(".").toReversed().join(".")}.mailbox.${mailboxId}`;

/** RFC 9562 §5.8: a UUID of our own making, from a name. */
function stableUuid(name: string): string {
  const bytes = createHash("sha256").update(`posthorn ${name}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex").toUpperCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function plist(root: Value): string {
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">`,
    `<plist version="1.0">`,
    valueXml(root),
    `</plist>`,
    ``,
  ].join("\n");
}

function valueXml(value: Value): string {
  if (typeof value === "string") return `<string>${xmlText(value)}</string>`;
  if (typeof value === "number") return `<integer>${value}</integer>`;
  if (typeof value === "boolean") return value ? "<true/>" : "<false/>";
  if (isList(value)) return `<array>\n${value.map(valueXml).join("\n")}\n</array>`;
  const entries = Object.entries(value);
  const lines = entries.map(([key, item]) => `<key>${xmlText(key)}</key>\n${valueXml(item)}`);
  return `<dict>\n${lines.join("\n")}\n</dict>`;
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
