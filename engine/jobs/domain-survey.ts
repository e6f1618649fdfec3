/** Work of lib/jobs/definitions/domain-survey.ts. */
import { domainSurvey } from "../../lib/jobs/definitions/domain-survey.ts";
import { readServerProfile } from "../../lib/storage/server-profile.ts";
import { surveyDomain } from "../dns/survey.ts";
import { handle } from "./handler.ts";

export const domainSurveyHandler = handle(domainSurvey, async ({ name }, { signal }, ctx) => {
  const { hostName, ipv4, ipv6 } = await readServerProfile(ctx.pool, ctx.settings.mailHostname);
  const { observer } = ctx;
  const survey = await surveyDomain(name, {
    ...{ observer, hostName, signal, addresses: [...ipv4, ...ipv6] },
  });
  return { ...survey };
});
