/**
 * The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), written apart from the code it tests.
 *
 *     const client = scramClient({ name, password });
 *     … send client.first, then client.answer(challenge) for each challenge, all in base64 …
 */
import assert from "node:assert/strict";
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

export interface ScramLogin {
  /** With "," and "=" already as =2C and =3D. */
  readonly name: string;
  readonly password: string;
  /** "n,,", "y,,", "p=tls-exporter,," … */
  readonly gs2?: string;
  readonly binding?: Buffer;
}

export interface ScramClient {
  readonly first: string;
  /** The proof; after that an empty response, when the server has proved itself too. */
  answer(challenge: string): string;
}

export function scramClient({ name, password, gs2 = "n,,", binding }: ScramLogin): ScramClient {
  const bare = `n=${name},r=clientnonce`;
  let salted: Buffer | null = null;
  let authMessage = "";
  return {
    first: base64(gs2 + bare),
    answer(challenge) {
      const text = Buffer.from(challenge, "base64").toString();
      if (salted) {
        const signature = hmac(hmac(salted, "Server Key"), authMessage);
        assert.equal(text, `v=${signature.toString("base64")}`);
        return "";
      }
      const [, r = "", s = "", i = ""] = /^r=(.+),s=(.+),i=(.+)$/.exec(text) ?? [];
      salted = pbkdf2Sync(password, Buffer.from(s, "base64"), Number(i), 32, "sha256");
      const c = base64(Buffer.concat([Buffer.from(gs2), binding ?? Buffer.alloc(0)]));
      authMessage = `${bare},${text},c=${c},r=${r}`;
      return base64(`c=${c},r=${r},p=${proof(salted, authMessage).toString("base64")}`);
    },
  };
}

function proof(salted: Buffer, authMessage: string): Buffer {
  const key = hmac(salted, "Client Key");
  const signature = hmac(createHash("sha256").update(key).digest(), authMessage);
  return Buffer.from(key.map((byte, i) => byte ^ signature.readUInt8(i)));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function base64(bytes: Buffer | string): string {
  return Buffer.from(bytes).toString("base64");
}
