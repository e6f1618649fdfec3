/** Signing keys of domains. The private half is sealed by the caller and never selected here. */
import type { DkimAlgorithm, DkimKeyState } from "../../prisma/generated/client.ts";
import type { Db } from "./client.ts";

export interface DkimPublicKey {
  readonly selector: string;
  readonly algorithm: DkimAlgorithm;
  /** What `p=` says. */
  readonly publicKey: string;
  readonly state: DkimKeyState;
}

export interface NewDkimKey {
  /** Chosen by the caller: it is part of what the private half is sealed for. */
  readonly id: string;
  readonly domainId: string;
  readonly selector: string;
  readonly algorithm: DkimAlgorithm;
  readonly publicKey: string;
  /** Sealed (lib/storage/secret-box.ts). */
  readonly privateKey: Uint8Array<ArrayBuffer>;
}

export async function createDkimKeys(db: Db, keys: readonly NewDkimKey[]): Promise<void> {
  await db.dkimKey.createMany({ data: [...keys] });
}

export async function listDkimPublicKeys(db: Db, domainId: string): Promise<DkimPublicKey[]> {
  return db.dkimKey.findMany({
    where: { domainId },
    select: { selector: true, algorithm: true, publicKey: true, state: true },
    orderBy: [{ algorithm: "asc" }, { selector: "asc" }], // RSA first: it is what everybody verifies,
  });
}
