/** New signing keys, their private halves sealed for their rows: in clear they never leave the process. */
import {
  generateDkimKeys,
  type DkimChoice,
  type DkimKeyPair,
  type NewDkimPair,
} from "../mail/dkim-keys.ts";
import { newId } from "../mail/ids.ts";
import { dkimContext } from "./directory.ts";
import type { NewDkimKey } from "./dkim-keys.ts";
import type { SecretBox } from "./secret-box.ts";

export type SealedKey = Omit<NewDkimKey, "domainId">;

/** RSA-2048 and Ed25519 unless told otherwise (RFC 8463 §3: sign with both). */
export async function newSealedKeys(
  secrets: SecretBox,
  choice: DkimChoice = {},
): Promise<SealedKey[]> {
  const keys = await generateDkimKeys(choice);
  return keys.map((key) => sealKey(secrets, key));
}

export function sealKey(
  secrets: SecretBox,
  { selector, algorithm, publicKey, privateKey }: DkimKeyPair & Pick<NewDkimPair, "selector">,
): SealedKey {
  const id = newId();
  const sealed = new Uint8Array(secrets.seal(privateKey, dkimContext(id)));
  return { id, selector, algorithm, publicKey, privateKey: sealed };
}
