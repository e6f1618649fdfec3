/** Certificates as authorities make them, by openssl: roots, intermediates and leaves of any kind and time. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "./cluster.ts";
import { run } from "./run.ts";

export interface Made {
  readonly cert: string;
  readonly key: string;
}

export interface Wish {
  readonly cn: string;
  /** SAN: "DNS:a.example,DNS:b.example"; absent: none. */
  readonly san?: string;
  /** As `openssl genpkey` takes it; default: ECDSA P-256. */
  readonly algorithm?: readonly string[];
  /** Days from now; default: -1 and 365. */
  readonly from?: number;
  readonly until?: number;
  readonly ca?: boolean;
  /** Default: sha256. */
  readonly digest?: string;
  /** Extended key usage. */
  readonly usage?: string;
  /** Another certificate for this key. */
  readonly key?: string;
  /** A signing request: the key stays where it is, and `key` of the answer is empty. */
  readonly request?: string;
}

const P256 = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
export const RSA = (bits: number) => ["-algorithm", "RSA", "-pkeyopt", `rsa_keygen_bits:${bits}`];

/** Signed by `issuer`, or by itself. */
export async function make(wish: Wish, issuer?: Made): Promise<Made> {
  const folder = testFolder();
  mkdirSync(folder, { recursive: true });
  const file = (name: string, text?: string) => {
    const path = join(folder, name);
    if (text !== undefined) writeFileSync(path, text);
    return path;
  };
  const config = file("conf", configOf(wish, { folder, database: file("index", "") }));
  const key = file("key", wish.key ?? "");
  const request = file("csr", wish.request);
  if (wish.request === undefined) {
    if (wish.key === undefined) await openssl("genpkey", ...(wish.algorithm ?? P256), "-out", key);
    const named = ["-key", key, "-subj", `/CN=${wish.cn}`, "-config", config];
    await openssl("req", "-new", ...named, "-out", request);
  }
  const signer = issuer
    ? ["-cert", file("ca", issuer.cert), "-keyfile", file("cakey", issuer.key)]
    : ["-selfsign", "-keyfile", key];
  const times = ["-startdate", day(wish.from ?? -1), "-enddate", day(wish.until ?? 365)];
  const how = ["-md", wish.digest ?? "sha256", "-batch", "-notext"];
  const out = file("pem");
  await openssl("ca", "-config", config, "-in", request, ...signer, ...times, ...how, "-out", out);
  return { cert: readFileSync(out, "utf8"), key: readFileSync(key, "utf8") };
}

/** The same key under a passphrase. */
export async function encrypted(key: string): Promise<string> {
  const args = ["pkcs8", "-topk8", "-passout", "pass:secret"];
  return (await run("openssl", args, { input: key })).out;
}

function configOf(
  { san, ca = false, usage }: Wish,
  { folder, database }: { folder: string; database: string },
): string {
  return [
    ...["[req]", "distinguished_name=dn", "[dn]", "[ca]", "default_ca=own", "[own]"],
    ...[`database=${database}`, `new_certs_dir=${folder}`, "policy=any", "x509_extensions=ext"],
    ...["unique_subject=no", "rand_serial=yes", "[any]", "commonName=supplied", "[ext]"],
    `basicConstraints=critical,CA:${ca ? "TRUE" : "FALSE"}`,
    ...(san === undefined ? [] : [`subjectAltName=${san}`]),
    ...(usage === undefined ? [] : [`extendedKeyUsage=${usage}`]),
    "",
  ].join("\n");
}

/** "YYYYMMDDHHMMSSZ", so many days from now. */
const day = (n: number) =>
  new Date(Date.now() + n * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, "");

async function openssl(...args: readonly string[]): Promise<void> {
  const { code, err } = await run("openssl", args);
  if (code !== 0) throw new Error(`openssl ${args[0] ?? ""}: ${err}`);
}
