/**
 * Secrets at rest: AES-256-GCM (NIST SP 800-38D) with the installation's key, which lives in the
 * environment and never in the database. Used for DKIM and TLS private keys.
 *
 * Sealed: version (1) | key id (4) | nonce (12) | tag (16) | ciphertext. The key id is the start of
 * the key's SHA-256, so that a box sealed with another key is told from a damaged one. `context` names
 * what is sealed ("dkim:<id>"): a box moved to another row does not open.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";

const VERSION = 1;
const KEY_BYTES = 32;
const ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + ID_BYTES + NONCE_BYTES + TAG_BYTES;

export class SecretBox {
  readonly #key: Buffer;
  readonly #keyId: Buffer;
  readonly #lookupKey: Buffer;

  constructor(key: Buffer) {
    if (key.length !== KEY_BYTES) throw new RangeError("the secret key must have 32 bytes");
    this.#key = key;
    this.#keyId = createHash("sha256").update(key).digest().subarray(0, ID_BYTES);
    this.#lookupKey = createHmac("sha256", key).update("lookup").digest();
  }

  seal(plain: Buffer, context: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    cipher.setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), this.#keyId, nonce, cipher.getAuthTag(), body]);
  }

  /** By which a random secret is found again without being kept. Not for what people choose. */
  fingerprint(secret: string, context: string): Buffer {
    return createHmac("sha256", this.#lookupKey).update(`${context}\0${secret}`).digest();
  }

  canOpen(sealed: Uint8Array, context: string): boolean {
    try {
      this.open(sealed, context);
      return true;
    } catch {
      return false;
    }
  }

  /** Throws when it was sealed with another key, for another context, or was changed. */
  open(sealed: Uint8Array, context: string): Buffer {
    const box = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (box.length < HEADER_BYTES || box[0] !== VERSION) throw new Error("not a sealed secret");
    const keyId = box.subarray(1, 1 + ID_BYTES);
    if (!keyId.equals(this.#keyId)) throw new Error("the secret was sealed with another key");
    const nonce = box.subarray(1 + ID_BYTES, HEADER_BYTES - TAG_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", this.#key, nonce);
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(box.subarray(HEADER_BYTES - TAG_BYTES, HEADER_BYTES));
    return Buffer.concat([decipher.update(box.subarray(HEADER_BYTES)), decipher.final()]);
  }
}
