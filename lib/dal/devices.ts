/** Setting up devices: the guide, the one-time link with its picture, and what the link gives. */
import "server-only";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { MOBILECONFIG_TYPE } from "@/lib/mail/clients/mobileconfig.ts";
import { automaticServers } from "@/lib/mail/clients/settings.ts";
import { LinkToken, platformOf, type NewDeviceLink } from "@/lib/schemas/clients.ts";
import { Id } from "@/lib/schemas/fields.ts";
import type { DeviceGuide } from "@/lib/service/device-guide.ts";
import {
  chooseSigner,
  getDeviceGuide,
  isVouchedFor,
  signerFacts,
} from "@/lib/service/device-guide.ts";
import * as links from "@/lib/service/device-links.ts";
import { canHaveProfile, makeDeviceProfile } from "@/lib/service/device-profile.ts";
import { loadCertificates } from "@/lib/storage/certificates.ts";
import { pictureOf } from "./picture.ts";
import { getTranslate } from "./preferences.ts";
import { origin, visitor } from "./request.ts";
import { runtime } from "./service.ts";
import { requireActor, requireSignedIn } from "./session.ts";

const GOOD = ["ok", "accepted"];

/** How mail programs find this mailbox's server. Null: no such mailbox, or none of this person's business. */
export async function getDeviceView(mailboxId: string) {
  const actor = await requireActor();
  const id = Id.safeParse(mailboxId);
  const ctx = runtime().service;
  const guide = id.success ? await getDeviceGuide(ctx, actor, id.data) : null;
  if (!guide) return null;
  const certificates = await loadCertificates(runtime().pool, ctx.secrets);
  const { hostName } = guide.settings;
  const signer = chooseSigner(certificates, hostName);
  const autodiscover = seen(guide, "autodiscover");
  return {
    mailboxId: guide.mailboxId,
    address: guide.address,
    shown: shownAddress(guide.address),
    domain: guide.domain,
    lastSignInAt: guide.lastSignInAt,
    hostName,
    servers: guide.settings.servers,
    automatic: automaticServers(guide.settings),
    portsKnown: guide.portsKnown,
    canHaveProfile: canHaveProfile(guide.settings),
    signer: signer && signerFacts(signer, hostName),
    autoconfig: seen(guide, "autoconfig"),
    autodiscover: { ...autodiscover, vouched: isVouchedFor(certificates, autodiscover.name) },
    services: servicesSeen(guide),
    origin: await origin(),
  };
}

export type DeviceView = NonNullable<Awaited<ReturnType<typeof getDeviceView>>>;

const shownAddress = (address: string) => {
  const at = address.lastIndexOf("@");
  return `${address.slice(0, at)}@${toUnicodeDomain(address.slice(at + 1))}`;
};

/** What was last seen of one name; `checkedAt` is null before the first look. */
function seen({ checks, domain }: DeviceGuide, kind: "autoconfig" | "autodiscover") {
  const name = `${kind}.${domain}`;
  const check = checks.find((row) => row.kind === kind && row.name === name);
  return {
    name,
    leadsHere: check !== undefined && GOOD.includes(check.verdict),
    checkedAt: check?.checkedAt ?? null,
  };
}

/** When all service records that were checked were right: since when that is known. */
function servicesSeen({ checks }: DeviceGuide): Date | null {
  const services = checks.filter(({ kind }) => kind === "service");
  if (services.length === 0 || services.some(({ verdict }) => !GOOD.includes(verdict))) return null;
  return new Date(Math.min(...services.map(({ checkedAt }) => checkedAt.getTime())));
}

export async function guessPlatform() {
  await requireActor();
  return platformOf((await visitor()).userAgent ?? "");
}

/** The link, and its picture as SVG in a data URL. */
export async function addDeviceLink(input: NewDeviceLink & { readonly current: string }) {
  const me = await requireSignedIn();
  if (!(await origin()).safe) return { outcome: "notSafe" } as const;
  const result = await links.createDeviceLink(runtime().service, me, input);
  if (result.outcome !== "done") return result;
  const url = `${(await origin()).url}/device/${result.token}`;
  return { ...result, url, picture: pictureOf(url) };
}

/** For whoever holds the link: no session is needed, and none is made. */
export async function getLinkView(token: string) {
  const parsed = LinkToken.safeParse(token);
  return parsed.success ? links.viewDeviceLink(runtime().service, parsed.data) : null;
}

export type ProfileDownload =
  | { readonly outcome: "done"; readonly body: Buffer; readonly headers: Record<string, string> }
  | { readonly outcome: "notFound" | "gone" | "tooMany" | "notOffered" | "notSafe" };

export async function downloadProfile(token: string): Promise<ProfileDownload> {
  const parsed = LinkToken.safeParse(token);
  if (!parsed.success) return { outcome: "notFound" };
  // The profile holds a password: it does not travel in clear.
  if (!(await origin()).safe) return { outcome: "notSafe" };
  const t = await getTranslate();
  const { remoteIp } = await visitor();
  const { service, pool } = runtime();
  const result = await makeDeviceProfile(service, pool, {
    token: parsed.data,
    remoteIp,
    textsFor: (address) => ({
      title: t("clients.profile.title", { address }),
      description: t("clients.profile.description", { address }),
    }),
  });
  if (result.outcome !== "done") return result;
  // A name of the file that no header can misunderstand.
  const file = result.address.toLowerCase().replace(/[^a-z0-9.]+/g, "-");
  return {
    outcome: "done",
    body: result.profile,
    headers: {
      "content-type": MOBILECONFIG_TYPE,
      "content-disposition": `attachment; filename="${file}.mobileconfig"`,
      "cache-control": "no-store",
    },
  };
}
