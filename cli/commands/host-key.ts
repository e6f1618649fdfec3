/** `posthorn host-key list|next|cancel|switch|csr` */
import { plainValue } from "../../lib/mail/dns/rdata.ts";
import { tlsaOf } from "../../lib/mail/host-key.ts";
import { PrepareHostKey } from "../../lib/schemas/host-keys.ts";
import { cliActor } from "../../lib/service/actor.ts";
import type { ServiceContext } from "../../lib/service/context.ts";
import {
  cancelHostKey,
  prepareHostKey,
  readHostKeys,
  requestCertificate,
  switchHostKey,
  type HostKeys,
  type SwitchOutcome,
} from "../../lib/service/host-keys.ts";
import { CommandFailure, EXIT, textOption, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { checked } from "../input.ts";
import { printJson, printLine, printTable } from "../output.ts";

export const hostKeyList: Command = {
  name: "host-key list",
  usage: "",
  summary: "Lists the keys of the host's certificates, and what DNS shows of them",
  help: "TLSA (DANE) names these keys. Each row has the value that is to be published.",
  arguments: [0, 0],
  run: ({ settings, json }) =>
    withServices(settings, async (ctx) => {
      await show(ctx, json);
      return EXIT.done;
    }),
};

async function show(ctx: ServiceContext, json: boolean): Promise<void> {
  const found = await readHostKeys(ctx);
  if (json) printJson(jsonOf(found));
  else print(found);
}

export const hostKeyNext: Command = {
  name: "host-key next",
  usage: "[--algorithm ecdsa-p256|rsa-2048]",
  summary: "Prepares the key that is to follow the host's current one",
  help: "Publish its TLSA beside that of the current key. It takes over when all name servers have shown it for two TTLs.",
  arguments: [0, 0],
  options: { algorithm: { type: "string" } },
  run: (call) => {
    const input = checked(PrepareHostKey, { algorithm: textOption(call, "algorithm") });
    return withServices(call.settings, async (ctx) => {
      if ((await prepareHostKey(ctx, cliActor, input)) !== "done")
        throw new CommandFailure("a next key is prepared already: posthorn host-key list");
      await show(ctx, call.json);
      return EXIT.done;
    });
  },
};

export const hostKeyCancel: Command = {
  name: "host-key cancel",
  usage: "",
  summary: "Gives up the next key of the host",
  help: "It was never shown. Its TLSA can be removed.",
  arguments: [0, 0],
  run: ({ settings, json }) =>
    withServices(settings, async (ctx) => {
      const outcome = await cancelHostKey(ctx, cliActor);
      if (outcome !== "done") throw new CommandFailure("there is no next key");
      if (json) printJson({ outcome });
      else printLine("The next key is given up.");
      return EXIT.done;
    }),
};

export const hostKeySwitch: Command = {
  name: "host-key switch",
  usage: "",
  summary: "Has the host's certificate made with the next key, now",
  help: "Refused while a sender may still remember TLSA without the next key. The engine does it; it has to be running.",
  arguments: [0, 0],
  run: ({ settings, json }) =>
    withServices(settings, async (ctx) => {
      const result = await switchHostKey(ctx, cliActor);
      if (result.outcome !== "done") throw new CommandFailure(refusalOf(result));
      if (json) printJson(result);
      else {
        printLine("The next key takes over with the next certificate, which is made now.");
        if (result.why === "unpublished")
          printLine("No TLSA is published for this host: there was nothing to wait for.");
      }
      return EXIT.done;
    }),
};

export const hostKeyCsr: Command = {
  name: "host-key csr",
  usage: "[--next]",
  summary: "Prints a signing request for the host's key, to be taken to an authority",
  help: "The certificate that comes of it can be uploaded without a key: the key stays here.",
  arguments: [0, 0],
  options: { next: { type: "boolean" } },
  run: (call) =>
    withServices(call.settings, async (ctx) => {
      const wanted = call.options["next"] === true ? "next" : "current";
      const pem = await requestCertificate(ctx, cliActor, wanted);
      if (pem === null) throw new CommandFailure(`there is no ${wanted} key that can be opened`);
      if (call.json) printJson({ key: wanted, csr: pem });
      else printLine(pem.trimEnd());
      return EXIT.done;
    }),
};

function refusalOf(result: Exclude<SwitchOutcome, { readonly outcome: "done" }>): string {
  switch (result.outcome) {
    case "none":
      return "there is no next key: posthorn host-key next";
    case "person":
      return "the host's certificate was uploaded: upload one that is made for the next key";
    case "notLooked":
      return "nobody has looked at its TLSA yet: is an engine running?";
    case "notVisible":
      return "not all name servers show TLSA of the next key";
    case "tooEarly":
      return `senders may remember TLSA without the next key until ${result.at.toISOString()}`;
    case "notAllowed":
      return "not allowed";
  }
}

const tlsaText = ({ spki }: HostKeys["keys"][number]) =>
  plainValue({ type: "TLSA", value: tlsaOf(spki) });

function print({ hostName, keys }: HostKeys): void {
  printLine(`TLSA of ${hostName}, at _25._tcp.${hostName}:`);
  printTable(
    ["KEY", "STATE", "SEEN SINCE", "TLSA"],
    keys.map((key) => [
      ...[key.algorithm, key.releasedAt === null ? key.state : "over"],
      ...[key.visibleSince?.toISOString() ?? "-", tlsaText(key)],
    ]),
    "No key has been made yet: the first start makes one.",
  );
}

function jsonOf({ hostName, maker, word, keys }: HostKeys) {
  return {
    ...{ hostName, certificateBy: maker, switch: word },
    keys: keys.map((key) => ({
      ...{ id: key.id, algorithm: key.algorithm, state: key.state, tlsa: tlsaText(key) },
      ...{ visibleSince: key.visibleSince, usedSince: key.usedSince, readyAt: key.readyAt },
      ...{ retiredAt: key.retiredAt, releasedAt: key.releasedAt },
    })),
  };
}
