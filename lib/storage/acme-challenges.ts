/**
 * What any web process answers to an authority while it validates (RFC 8555 §8.3, RFC 8737): written by the
 * engine that asks for the certificate, gone when it is through or when they expire.
 */
import { CHALLENGE_CHANNEL } from "./acme-channels.ts";
import { statement, translated, type Sql } from "./sql.ts";

export interface PendingAnswer {
  readonly token: string;
  readonly name: string;
  readonly kind: "http-01" | "tls-alpn-01";
  readonly keyAuthorization: string;
}

/** An engine that died leaves them for so long. */
const LIFE_SECONDS = 900;

const insert = statement(
  "acme-challenge.insert",
  `WITH old AS (DELETE FROM acme_challenge WHERE expires_at < now()),
     told AS (SELECT pg_notify('${CHALLENGE_CHANNEL}', '-'))
   INSERT INTO acme_challenge (token, name, kind, key_authorization, expires_at)
   SELECT $1, $2, $3, $4, now() + make_interval(secs => ${LIFE_SECONDS}) FROM told
   ON CONFLICT (token) DO UPDATE SET name = excluded.name, kind = excluded.kind,
     key_authorization = excluded.key_authorization, expires_at = excluded.expires_at`,
);
const remove = statement(
  "acme-challenge.remove",
  `WITH told AS (SELECT pg_notify('${CHALLENGE_CHANNEL}', '-'))
   DELETE FROM acme_challenge USING told WHERE token = $1`,
);
const selectToken = statement<{ keyAuthorization: string }>(
  "acme-challenge.token",
  `SELECT key_authorization AS "keyAuthorization" FROM acme_challenge
   WHERE token = $1 AND kind = 'http-01' AND expires_at > now()`,
);
const selectTls = statement<PendingAnswer & { expiresAt: Date }>(
  "acme-challenge.tls",
  `SELECT token, name, kind, key_authorization AS "keyAuthorization", expires_at AS "expiresAt"
   FROM acme_challenge WHERE kind = 'tls-alpn-01' AND expires_at > now() ORDER BY expires_at`,
);

export async function offerAnswer(db: Sql, answer: PendingAnswer): Promise<void> {
  const { token, name, kind, keyAuthorization } = answer;
  await translated(insert(db, token, name, kind, keyAuthorization));
}

export async function withdrawAnswer(db: Sql, token: string): Promise<void> {
  await translated(remove(db, token));
}

/** What is answered over HTTP; null: nobody is asked this. */
export async function findHttpAnswer(db: Sql, token: string): Promise<string | null> {
  const [row] = await translated(selectToken(db, token));
  return row?.keyAuthorization ?? null;
}

/** Those that are answered in the TLS handshake; the newest last. */
export const listTlsAnswers = (db: Sql): Promise<(PendingAnswer & { expiresAt: Date })[]> =>
  translated(selectTls(db));
