/** Work of lib/jobs/definitions/dns-preview.ts. */
import { dnsPreview } from "../../lib/jobs/definitions/dns-preview.ts";
import { previewPublication } from "../publish/publication.ts";
import { handle } from "./handler.ts";

export const dnsPreviewHandler = handle(dnsPreview, ({ publicationId }, job, ctx) =>
  previewPublication(ctx, publicationId, job),
);
