/**
 * CMS SignedData (RFC 5652 §5) around a document, for Apple's profiles: the content inside, the signer's
 * chain, one SignerInfo with SHA-256 and the attributes of §11. RSA (PKCS #1 v1.5, RFC 8017 §8.2) and
 * ECDSA keys (RFC 5753 §2.1); node-forge's own PKCS #7 knows RSA only, so just its DER is used.
 */
import {
  createHash,
  createPrivateKey,
  createSign,
  X509Certificate,
  type KeyObject,
} from "node:crypto";
import forge from "node-forge";
import { certificateBlocks } from "../pem.ts";
import type { Certificate } from "../self-signed.ts";

const { asn1 } = forge;
const { UNIVERSAL, CONTEXT_SPECIFIC } = asn1.Class;
const { SEQUENCE, SET, OID, NULL, OCTETSTRING, INTEGER, UTCTIME } = asn1.Type;
type Node = forge.asn1.Asn1;

const OIDS = {
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  sha256: "2.16.840.1.101.3.4.2.1",
  rsa: "1.2.840.113549.1.1.1",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingTime: "1.2.840.113549.1.9.5",
} as const;

export type Signer = Pick<Certificate, "certPem" | "keyPem">;

/** The signed document as DER. Throws when the key cannot sign (neither RSA nor ECDSA). */
export function signedData(content: Buffer, { certPem, keyPem }: Signer, now: Date): Buffer {
  const chain = certificatesOf(certPem);
  const [leaf] = chain;
  if (!leaf) throw new RangeError("no certificate to sign with");
  const attributes = signedAttributes(content, now);
  const signature = sign(attributes, createPrivateKey(keyPem));
  const body = sequence(
    integer(1), // §5.1: version 1, for data signed by issuer and serial number
    set(algorithm(OIDS.sha256)),
    sequence(oid(OIDS.data), context(0, octets(content))),
    context(0, ...chain.map(({ raw }) => parse(raw))),
    set(signerInfo(leaf, attributes, signature)),
  );
  return der(sequence(oid(OIDS.signedData), context(0, body)));
}

/** Leaf first, as in the file. */
const certificatesOf = (pem: string): X509Certificate[] =>
  certificateBlocks(pem).map((block) => new X509Certificate(block));

/** §5.4: signed as a SET, carried under [0]. DER wants a SET in the order of its encodings (X.690 §11.6). */
function signedAttributes(content: Buffer, now: Date): Node[] {
  const digest = createHash("sha256").update(content).digest();
  const attributes = [
    attribute(OIDS.contentType, oid(OIDS.data)),
    attribute(OIDS.messageDigest, octets(digest)),
    attribute(OIDS.signingTime, node(UTCTIME, false, asn1.dateToUtcTime(now))),
  ];
  return attributes.toSorted((a, b) => Buffer.compare(der(a), der(b)));
}

interface Signature {
  readonly algorithm: Node;
  readonly bytes: Buffer;
}

function sign(attributes: readonly Node[], key: KeyObject): Signature {
  const bytes = createSign("sha256")
    .update(der(set(...attributes)))
    .sign(key);
  if (key.asymmetricKeyType === "rsa") return { algorithm: algorithm(OIDS.rsa), bytes };
  if (key.asymmetricKeyType === "ec")
    return { algorithm: sequence(oid(OIDS.ecdsaWithSha256)), bytes };
  throw new RangeError(`cannot sign with a key of type ${key.asymmetricKeyType}`);
}

function signerInfo(leaf: X509Certificate, attributes: Node[], signature: Signature): Node {
  return sequence(
    integer(1),
    issuerAndSerial(leaf),
    algorithm(OIDS.sha256),
    context(0, ...attributes),
    signature.algorithm,
    octets(signature.bytes),
  );
}

/** TBSCertificate (RFC 5280 §4.1): [0] version, serialNumber, signature, issuer, … */
function issuerAndSerial(certificate: X509Certificate): Node {
  const [tbs] = children(parse(certificate.raw));
  const fields = tbs ? children(tbs).filter(({ tagClass }) => tagClass === UNIVERSAL) : [];
  const [serial, , issuer] = fields;
  if (!serial || !issuer) throw new RangeError("not a certificate");
  return sequence(issuer, serial);
}

const children = ({ value }: Node): Node[] => (Array.isArray(value) ? value : []);

// ── DER ─────────────────────────────────────────────────────────────────────────────────────────

const node = (type: forge.asn1.Type, constructed: boolean, value: string | Node[]): Node =>
  asn1.create(UNIVERSAL, type, constructed, value);
const sequence = (...items: Node[]): Node => node(SEQUENCE, true, items);
const set = (...items: Node[]): Node => node(SET, true, items);
const oid = (name: string): Node => node(OID, false, asn1.oidToDer(name).getBytes());
const octets = (bytes: Buffer): Node => node(OCTETSTRING, false, bytes.toString("latin1"));
const integer = (value: number): Node => node(INTEGER, false, asn1.integerToDer(value).getBytes());
const context = (tag: number, ...items: Node[]): Node =>
  asn1.create(CONTEXT_SPECIFIC, tag, true, items);
const algorithm = (name: string): Node => sequence(oid(name), node(NULL, false, ""));
const attribute = (name: string, value: Node): Node => sequence(oid(name), set(value));
/** Strings are bytes to node-forge; strict: BER is no DER. */
const parse = (raw: Buffer): Node => asn1.fromDer(raw.toString("latin1"), true);
const der = (tree: Node): Buffer => Buffer.from(asn1.toDer(tree).getBytes(), "latin1");
