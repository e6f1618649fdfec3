/** `posthorn certificate list|renew|authority …` */
import { reasonText } from "../../lib/i18n/reason-text.ts";
import { translator } from "../../lib/i18n/translate.ts";
import { AUTHORITIES, authorityAt } from "../../lib/mail/acme/authorities.ts";
import { AgreeToTerms, SetUpAuthority } from "../../lib/schemas/certificates.ts";
import { cliActor } from "../../lib/service/actor.ts";
import {
  agreeToTerms,
  getCertificates,
  renewNow,
  setUpAuthority,
  turnOffAuthority,
  type Certificates,
  type TryNowOutcome,
} from "../../lib/service/certificates.ts";
import type { ServiceContext } from "../../lib/service/context.ts";
import { CommandFailure, EXIT, textOption, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { checked } from "../input.ts";
import { printJson, printLine, printTable } from "../output.ts";

const english = translator("en");

export const certificateList: Command = {
  name: "certificate list",
  usage: "",
  summary: "Lists the certificates that are kept, and the names that get one by themselves",
  arguments: [0, 0],
  run: ({ settings, json }) =>
    withServices(settings, async (ctx) => {
      const found = await read(ctx);
      if (json) printJson(jsonOf(found));
      else print(found);
      return EXIT.done;
    }),
};

export const certificateRenew: Command = {
  name: "certificate renew",
  usage: "<name>",
  summary: "Asks the authority for the certificate of that name now",
  help: "The engine does it; it has to be running. Authorities count tries: see why the last one failed first.",
  arguments: [1, 1],
  run: ({ settings, args, json }) =>
    withServices(settings, async (ctx) => {
      const name = (args[0] ?? "").toLowerCase();
      const result = await renewNow(ctx, cliActor, { name });
      if (result.outcome !== "done") throw new CommandFailure(refusalOf(name, result));
      if (json) printJson(result);
      else printLine(`The certificate of ${name} is asked for now: posthorn certificate list`);
      return EXIT.done;
    }),
};

function refusalOf(name: string, result: Exclude<TryNowOutcome, { outcome: "done" }>): string {
  switch (result.outcome) {
    case "notFound":
      return `${name} is no name that this server asks a certificate for`;
    case "noAccount":
      return "no authority is set up: posthorn certificate authority set";
    case "tooEarly":
      return `the authority asks to wait until ${result.at.toISOString()}`;
  }
}

export const authorityShow: Command = {
  name: "certificate authority show",
  usage: "",
  summary: "Shows the authority that certificates are asked from, and the account there",
  arguments: [0, 0],
  run: ({ settings, json }) =>
    withServices(settings, async (ctx) => {
      const { account } = await read(ctx);
      if (json) printJson(account);
      else printAuthority(account);
      return EXIT.done;
    }),
};

export const authoritySet: Command = {
  name: "certificate authority set",
  usage:
    "<id or directory URL> [--contact <address>] [--methods <list>] [--eab-kid <id>] [--eab-key <key>] [--roots <PEM>]",
  summary: "Sets up the authority that certificates are asked from",
  help: `Known by id: ${AUTHORITIES.map(({ id }) => id).join(", ")}. Methods, in order: http-01,tls-alpn-01,dns-01. The engine reads its directory; agree to its terms next.`,
  arguments: [1, 1],
  options: {
    contact: { type: "string" },
    methods: { type: "string" },
    "eab-kid": { type: "string" },
    "eab-key": { type: "string" },
    roots: { type: "string" },
  },
  run: (call) => {
    const [given = ""] = call.args;
    const known = AUTHORITIES.some(({ id }) => id === given);
    const input = checked(SetUpAuthority, {
      ...(known ? { authority: given } : { authority: "other", directoryUrl: given }),
      contact: textOption(call, "contact"),
      methods: textOption(call, "methods"),
      eabKid: textOption(call, "eab-kid"),
      eabKey: textOption(call, "eab-key"),
      rootsPem: textOption(call, "roots"),
    });
    return withServices(call.settings, async (ctx) => {
      const result = await setUpAuthority(ctx, cliActor, input);
      if (result.outcome !== "done") throw new CommandFailure("not allowed");
      if (call.json) printJson(result);
      else printLine("The engine reads its directory now: posthorn certificate authority show");
      return EXIT.done;
    });
  },
};

export const authorityAgree: Command = {
  name: "certificate authority agree",
  usage: "<URL of the terms>",
  summary: "Agrees to the authority's terms, in the version at that URL",
  arguments: [1, 1],
  run: ({ settings, args, json }) => {
    const input = checked(AgreeToTerms, { termsUrl: args[0] });
    return withServices(settings, async (ctx) => {
      const result = await agreeToTerms(ctx, cliActor, input);
      if (result.outcome === "otherTerms")
        throw new CommandFailure(
          "the authority has other terms: posthorn certificate authority show",
        );
      if (result.outcome !== "done")
        throw new CommandFailure(
          "there are no terms to agree to: posthorn certificate authority show",
        );
      if (json) printJson(result);
      else printLine("Agreed. The engine registers the account now.");
      return EXIT.done;
    });
  },
};

export const authorityOff: Command = {
  name: "certificate authority off",
  usage: "",
  summary: "Asks for no certificates any more",
  help: "Those that are there stay until they end. The account is kept for the next time.",
  arguments: [0, 0],
  run: ({ settings, json }) =>
    withServices(settings, async (ctx) => {
      const outcome = await turnOffAuthority(ctx, cliActor);
      if (outcome !== "done") throw new CommandFailure("no authority is set up");
      if (json) printJson({ outcome });
      else printLine("No authority is asked any more.");
      return EXIT.done;
    }),
};

async function read(ctx: ServiceContext): Promise<Certificates> {
  const found = await getCertificates(ctx, cliActor);
  if (!found) throw new CommandFailure("not allowed");
  return found;
}

const day = (date: Date | null | undefined) => date?.toISOString().slice(0, 10) ?? "-";

function print({ account, managed, certificates }: Certificates): void {
  printTable(
    ["NAMES", "FROM", "UNTIL", "SOURCE", "KEY"],
    certificates.map((one) => [
      ...[one.names.join(", "), one.issuer, day(one.notAfter), one.source],
      one.keyAlgorithm ?? "-",
    ]),
    "No certificate is kept yet: the first start makes one.",
  );
  printLine("");
  if (!account) return printLine("No authority is set up: posthorn certificate authority set");
  printTable(
    ["NAME", "STATE", "RENEWED FROM", "WHY"],
    managed.map(({ name, state, renewFrom, lastError }) => [
      ...[name, state, day(renewFrom)],
      lastError ? (reasonText(english, lastError) ?? lastError.key) : "",
    ]),
    "No name gets a certificate by itself yet.",
  );
}

function printAuthority(account: Certificates["account"]): void {
  if (!account) return printLine("No authority is set up: posthorn certificate authority set");
  const { directoryUrl, accountUrl, termsUrl, termsAgreedAt, methods, lastError } = account;
  printLine(`${authorityAt(directoryUrl)?.name ?? "Authority"}: ${directoryUrl}`);
  printLine(accountUrl === null ? "Not registered yet." : `Account ${accountUrl}`);
  if (termsUrl !== null && termsAgreedAt === null)
    printLine(`Read its terms, then: posthorn certificate authority agree ${termsUrl}`);
  printLine(`Names are proved by ${methods.join(", then ")}.`);
  if (lastError) printLine(reasonText(english, lastError) ?? lastError.key);
}

function jsonOf({ hostName, account, managed, certificates }: Certificates) {
  return { hostName, authority: account, managed, certificates };
}
