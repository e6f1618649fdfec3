/** Why a certificate could not be had: thrown with its reason (lib/mail/acme/reasons.ts). */
import {
  ACME_REASONS,
  acmeReason,
  reasonInEnglish,
  type AcmeCode,
  type AcmeReason,
} from "../../lib/mail/acme/reasons.ts";
import { MailError } from "../../lib/mail/errors.ts";

interface More {
  readonly cause?: unknown;
  /** The type of the problem (RFC 8555 §6.7), where the authority said one. */
  readonly type?: string;
  /** Not before this, by the authority's own word. */
  readonly until?: Date | null;
}

export class AcmeError extends MailError {
  readonly code: AcmeCode;
  readonly reason: AcmeReason;
  readonly type: string;
  readonly until: Date | null;

  constructor(code: AcmeCode, params: AcmeReason["params"] = {}, more: More = {}) {
    const reason = acmeReason(code, params);
    const [, temporary] = ACME_REASONS[code];
    super(temporary ? "unavailable" : "cannot", reasonInEnglish(reason), { cause: more.cause });
    this.code = code;
    this.reason = reason;
    this.type = more.type ?? "";
    this.until = more.until ?? null;
  }
}

/** What is shown of any failure; what nobody threw on purpose stays mute. */
export const reasonOf = (error: unknown): AcmeReason =>
  error instanceof AcmeError ? error.reason : acmeReason("internal");
