/**
 * Signed requests: JWS in flattened JSON (RFC 7515 §7.2.2) as RFC 8555 §6.2 has it, ES256 with a P-256 key
 * (RFC 7518 §3.4), and HS256 for the external account (RFC 8555 §7.3.4).
 */
import { createHash, createHmac, createPublicKey, sign, type KeyObject } from "node:crypto";

export interface PublicJwk {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly x: string;
  readonly y: string;
}

export function publicJwk(key: KeyObject): PublicJwk {
  const { kty, crv, x, y } = createPublicKey(key).export({ format: "jwk" });
  if (kty !== "EC" || crv !== "P-256" || x === undefined || y === undefined)
    throw new TypeError("the key of an account is P-256");
  return { kty, crv, x, y };
}

/** RFC 7638: members in this order, without spaces. */
export function thumbprint({ crv, kty, x, y }: PublicJwk): string {
  return createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
}

export interface Signing {
  readonly key: KeyObject;
  /** URL of the account; null: it is not known yet, and the key itself is sent. */
  readonly kid: string | null;
  readonly nonce: string;
  readonly url: string;
}

/** `payload` null: POST-as-GET (RFC 8555 §6.3). */
export function signedBody({ key, kid, nonce, url }: Signing, payload: object | null): string {
  const who = kid === null ? { jwk: publicJwk(key) } : { kid };
  const head = encode({ alg: "ES256", ...who, nonce, url });
  const text = payload === null ? "" : encode(payload);
  const signature = sign("sha256", Buffer.from(`${head}.${text}`), {
    key,
    dsaEncoding: "ieee-p1363",
  });
  return JSON.stringify({
    protected: head,
    payload: text,
    signature: signature.toString("base64url"),
  });
}

export interface ExternalAccount {
  readonly kid: string;
  /** base64url, as the authority gives it. */
  readonly macKey: string;
}

export function externalBinding(
  { kid, macKey }: ExternalAccount,
  { key, url }: { key: KeyObject; url: string },
): object {
  const head = encode({ alg: "HS256", kid, url });
  const payload = encode(publicJwk(key));
  const mac = createHmac("sha256", Buffer.from(macKey, "base64url")).update(`${head}.${payload}`);
  return { protected: head, payload, signature: mac.digest("base64url") };
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
