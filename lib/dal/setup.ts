/** First run: nobody is signed in, the token stands for the person. */
import "server-only";
import type { HostName, SetUp } from "@/lib/schemas/forms.ts";
import { getHostName, setHostName } from "@/lib/service/server-identity.ts";
import * as service from "@/lib/service/setup.ts";
import { visitor } from "./request.ts";
import { runtime } from "./service.ts";
import { requireActor, startSession } from "./session.ts";

export const needsSetUp = () => service.needsSetUp(runtime().service);

/** Makes the operator and signs them in. */
export async function setUpServer(input: SetUp): Promise<"done" | "badToken" | "alreadyDone"> {
  const { remoteIp } = await visitor();
  const outcome = await service.setUp(runtime().service, input, remoteIp);
  if (outcome === "done") await startSession({ address: input.email, password: input.password });
  return outcome;
}

export async function getHostNameView(): Promise<{ hostName: string }> {
  await requireActor();
  return { hostName: await getHostName(runtime().service) };
}

export async function nameServer(input: HostName): Promise<"done" | "notAllowed"> {
  return setHostName(runtime().service, await requireActor(), input);
}
