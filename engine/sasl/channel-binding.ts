/**
 * Channel bindings of the TLS session, for SCRAM-SHA-256-PLUS: "tls-exporter" (RFC 9266) and
 * "tls-server-end-point" (RFC 5929 §4). "tls-unique" is not offered: undefined for TLS 1.3.
 */
import { createHash, type X509Certificate } from "node:crypto";
import type { Connection } from "../net/types.ts";

const EXPORTER_LABEL = "EXPORTER-Channel-Binding";
const EXPORTER_BYTES = 32;

/** The bytes both sides must agree on; null when this connection has no such binding. */
export function channelBinding(
  name: string,
  connection: Pick<Connection, "tlsSocket">,
): Buffer | null {
  const socket = connection.tlsSocket;
  if (!socket) return null;
  // RFC 9266 §4.2: below TLS 1.3 only with the extended master secret, which Node cannot tell us.
  if (name === "tls-exporter")
    return socket.getProtocol() === "TLSv1.3"
      ? socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0))
      : null;
  if (name !== "tls-server-end-point") return null;
  const certificate = socket.getX509Certificate();
  return certificate ? serverEndPoint(certificate) : null;
}

/** Whether SCRAM-SHA-256-PLUS is on offer: the binding that every TLS version has. */
export function bindingOffered(connection: Pick<Connection, "tlsSocket">): boolean {
  return channelBinding("tls-server-end-point", connection) !== null;
}

/** RFC 5929 §4.1: hashed with the certificate's own hash, MD5 and SHA-1 replaced by SHA-256. */
function serverEndPoint(certificate: X509Certificate): Buffer | null {
  const algorithm = certificate.signatureAlgorithm?.toLowerCase() ?? "";
  const hash =
    /sha-?(256|384|512)/.exec(algorithm)?.[1] ?? (/md5|sha-?1/.test(algorithm) ? "256" : null);
  return hash === null ? null : createHash(`sha${hash}`).update(certificate.raw).digest();
}
