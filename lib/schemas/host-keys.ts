/** Forms of the host's keys. */
import { z } from "zod";
import { HOST_KEY_CHOICES } from "../mail/host-key.ts";

export const PrepareHostKey = z.object({
  algorithm: z.enum(HOST_KEY_CHOICES, "error.hostKey.algorithm").default("ecdsa-p256"),
});
export type PrepareHostKey = z.infer<typeof PrepareHostKey>;

/** A button and nothing else. */
export const HostKeyAction = z.object({});
