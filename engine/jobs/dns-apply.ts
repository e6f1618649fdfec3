/** Work of lib/jobs/definitions/dns-apply.ts. */
import { dnsApply } from "../../lib/jobs/definitions/dns-apply.ts";
import { applyPublication } from "../publish/publication.ts";
import { handle } from "./handler.ts";

export const dnsApplyHandler = handle(dnsApply, ({ publicationId }, job, ctx) =>
  applyPublication(ctx, publicationId, job),
);
