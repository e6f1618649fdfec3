/** Work of lib/jobs/definitions/dns-undo.ts. */
import { dnsUndo } from "../../lib/jobs/definitions/dns-undo.ts";
import { undoPublication } from "../publish/publication.ts";
import { handle } from "./handler.ts";

export const dnsUndoHandler = handle(dnsUndo, ({ publicationId }, job, ctx) =>
  undoPublication(ctx, publicationId, job),
);
