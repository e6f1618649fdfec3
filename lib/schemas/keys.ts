/** Forms of a domain's signing keys. */
import { z } from "zod";
import { RSA_LENGTHS } from "../mail/dkim-keys.ts";
import { Id } from "./fields.ts";
import { DomainName } from "./forms.ts";

/** RFC 6376 §3.1: labels of a DNS name; ours hold letters, digits and dashes alone. */
const SELECTOR =
  /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const MAX_SELECTOR = 100;
/** A 4096-bit key is about 3,300 characters. */
const MAX_PEM = 16_384;
/** Engines and this form agree with a CHECK in SQL. */
const ROTATE_DAYS = [30, 90, 180, 365] as const;

const Bits = z.coerce
  .number("error.keys.bits")
  .pipe(
    z.union(
      RSA_LENGTHS.map((bits) => z.literal(bits)),
      "error.keys.bits",
    ),
  )
  .default(2048);

export const AddKeys = z.object({
  domain: DomainName,
  kind: z.enum(["pair", "rsa", "ed25519"], "error.keys.kind"),
  bits: Bits,
});
export type AddKeys = z.infer<typeof AddKeys>;

export const ImportKey = z.object({
  domain: DomainName,
  selector: z
    .string("error.keys.selector")
    .trim()
    .toLowerCase()
    .max(MAX_SELECTOR, "error.keys.selector")
    .regex(SELECTOR, "error.keys.selector"),
  privateKey: z
    .string("error.keys.notAKey")
    .trim()
    .min(1, "error.keys.notAKey")
    .max(MAX_PEM, "error.keys.notAKey"),
});
export type ImportKey = z.infer<typeof ImportKey>;

export const LookForKeys = z.object({ domain: DomainName });

export const KeyRef = z.object({ domain: DomainName, keyId: Id });
export type KeyRef = z.infer<typeof KeyRef>;

/** `confirm`: the domain's name or the selector, typed, where the answer asks for it. */
const confirm = z.string().trim().max(300).default("");
export const ConfirmedKey = KeyRef.extend({ confirm });
export type ConfirmedKey = z.infer<typeof ConfirmedKey>;

export const StartRotation = z.object({ domain: DomainName, bits: Bits });
export type StartRotation = z.infer<typeof StartRotation>;

export const RotationRef = z.object({ domain: DomainName, rotationId: Id });
export type RotationRef = z.infer<typeof RotationRef>;

export const KeySettingsForm = z.object({
  domain: DomainName,
  mode: z.enum(["txt", "cname"], "error.keys.mode"),
  /** "": when somebody asks. */
  rotateDays: z
    .union(
      [
        z.literal("").transform(() => null),
        z.coerce.number().pipe(z.union(ROTATE_DAYS.map((days) => z.literal(days)))),
      ],
      "error.keys.rotateDays",
    )
    .default(null),
});
export type KeySettingsForm = z.infer<typeof KeySettingsForm>;
export { ROTATE_DAYS };
