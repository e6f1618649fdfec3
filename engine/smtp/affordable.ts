/**
 * A message as the checks get to see it: without what would keep them busy for long. Signatures past the
 * first few (RFC 6376 §6.1 lets us choose; each may cost a look-up and a hash of the whole body), and trace
 * fields past all sense (reading one takes time by the square of its words).
 */
import type { ByteSource } from "../../lib/mail/ports.ts";
import { withHead, type Head } from "./head.ts";
import { MAX_RECEIVED_BYTES, MAX_SIGNATURES } from "./limits.ts";

export function affordable(source: ByteSource, head: Head): ByteSource {
  let signatures = 0;
  const drop = (name: string, value: () => string) => {
    const lower = name.toLowerCase();
    if (lower === "dkim-signature") return ++signatures > MAX_SIGNATURES;
    return lower === "received" && value().length > MAX_RECEIVED_BYTES;
  };
  return withHead(source, head, { first: "", drop });
}
