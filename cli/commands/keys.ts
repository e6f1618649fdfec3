/** `posthorn domain keys|rotate` */
import { keyBits } from "../../lib/mail/dkim-keys.ts";
import { selectorName } from "../../lib/mail/dns/key-names.ts";
import { stepOf } from "../../lib/mail/dns/key-rotation.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { getSigningKeys, type SigningKeys } from "../../lib/service/dkim-keys.ts";
import { startRotation } from "../../lib/service/dkim-rotation.ts";
import { DomainName } from "../../lib/schemas/forms.ts";
import { StartRotation } from "../../lib/schemas/keys.ts";
import { CommandFailure, EXIT, textOption, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { checked } from "../input.ts";
import { printJson, printLine, printTable } from "../output.ts";

export const domainKeys: Command = {
  name: "domain keys",
  usage: "<domain>",
  summary: "Lists the signing keys of a domain, and where in their life they are",
  help: "A key signs as soon as all name servers show its record: posthorn domain records <domain>.",
  arguments: [1, 1],
  run: ({ settings, args, json }) => {
    const name = checked(DomainName, args[0]);
    return withServices(settings, async (ctx) => {
      const found = await getSigningKeys(ctx, cliActor, name);
      if (!found) throw new CommandFailure(`there is no domain ${name} here`);
      if (json) printJson(jsonOf(found));
      else print(found);
      return EXIT.done;
    });
  },
};

const REFUSALS = {
  notFound: "there is no such domain here",
  underWay: "a replacement is under way already",
  noPlace: "both pairs are in use until the old keys are gone",
  cannotPublish: "the server cannot publish the keys by itself: it has no access to its own DNS",
  tooLong: "the name of the record would be too long for DNS",
} as const;

export const domainRotate: Command = {
  name: "domain rotate",
  usage: "<domain> [--bits 2048|3072|4096]",
  summary: "Begins to replace the signing keys of a domain",
  help: "New keys are made. They take over when the world has seen their records; the old ones stay published for a week.",
  arguments: [1, 1],
  options: { bits: { type: "string" } },
  run: (call) => {
    const input = checked(StartRotation, { domain: call.args[0], bits: textOption(call, "bits") });
    return withServices(call.settings, async (ctx) => {
      const result = await startRotation(ctx, cliActor, input);
      if (result.outcome !== "done") throw new CommandFailure(REFUSALS[result.outcome]);
      if (call.json) printJson({ domain: input.domain, selectors: result.selectors });
      else {
        printLine(`New keys: ${result.selectors.join(", ")}`);
        printLine(`Next: publish their records, posthorn domain records ${input.domain}`);
      }
      return EXIT.done;
    });
  },
};

function jsonOf({ domain, keys, rotations, settings }: SigningKeys) {
  return {
    domain: domain.name,
    ...settings,
    keys: keys.map(({ algorithm, publicKey, ...key }) => ({
      ...{ selector: key.selector, name: selectorName(key.selector, domain.name), algorithm },
      ...{ bits: keyBits(algorithm, publicKey), publicKey, state: key.state, target: key.target },
      ...{ visibleSince: key.visibleSince, signingSince: key.signingSince },
      ...{ retiringSince: key.retiringSince, revokedAt: key.revokedAt },
      ...{ lookedAt: key.lookedAt, lastSeenAt: key.lastSeenAt },
    })),
    rotations: rotations.map((one) => ({ ...one, step: stepOf(one, keys) })),
  };
}

const day = (time: Date | null) => time?.toISOString().slice(0, 10) ?? "-";

function print({ domain, keys, rotations }: SigningKeys): void {
  printTable(
    ["SELECTOR", "ALGORITHM", "BITS", "STATE", "SIGNING SINCE", "SEEN IN DNS"],
    keys.map((key) => [
      ...[key.selector, key.algorithm.replace("_", "-")],
      String(keyBits(key.algorithm, key.publicKey) ?? "?"),
      key.revokedAt === null ? key.state.replaceAll("_", " ") : "revoked",
      ...[day(key.signingSince), day(key.lastSeenAt)],
    ]),
    "No keys: mail leaves unsigned.",
  );
  if (keys.length > 0 && !keys.some(({ state }) => state === "signing"))
    printLine(`Mail from ${domain.name} leaves unsigned until a key is visible in DNS.`);
  for (const one of rotations) {
    const when = one.scheduled && one.switchedAt === null ? "prepared" : stepOf(one, keys);
    printLine(`Replacement begun ${day(one.startedAt)} by ${one.startedBy}: ${when}`);
  }
}
