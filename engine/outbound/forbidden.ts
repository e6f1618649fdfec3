/**
 * Addresses that a DNS record of a stranger must not lead our deliveries to: this server itself, and networks
 * that only its neighbours reach (engine/net/networks.ts).
 */
import { isLoopback, isPrivateNetwork } from "../net/networks.ts";
import { final, type Finding } from "./verdict.ts";

const SMTP_PORT = 25;

export interface Dialled {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

/** Why that address is not dialled, or null. `allowPrivate`: the operator delivers inside a site. */
export function whyForbidden(
  { host, address, port }: Dialled,
  allowPrivate: boolean,
): Finding | null {
  // With the standard port this is ourselves: a record that points here is a mistake or a trick.
  if (port === SMTP_PORT && isLoopback(address)) {
    return final("5.4.6", `${host} has the address of this server`, 554);
  }
  if (!allowPrivate && isPrivateNetwork(address)) {
    return final("5.4.4", `${host} has an address that is not public`);
  }
  return null;
}
