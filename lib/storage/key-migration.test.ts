/** Keys that signed before anybody had looked go back to waiting; those that were seen go on. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import pg from "pg";
import { emptyDatabase } from "../../tests/support/database.ts";
import { MIGRATIONS, migrate } from "./migrate.ts";

const CHANGE = "20261125231020_dkim_key_life";
const folder = mkdtempSync(join(tmpdir(), "posthorn-keys-"));
after(() => rmSync(folder, { recursive: true }));

test("the upgrade lets go on signing what the world has seen, and nothing else", async () => {
  for (const name of readdirSync(MIGRATIONS))
    if (/^\d/.test(name) && name < CHANGE)
      cpSync(join(MIGRATIONS, name), join(folder, name), { recursive: true });
  const { url } = await emptyDatabase();
  await migrate(url, folder);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      INSERT INTO domain (id, name, mta_sts_id) VALUES (gen_random_uuid(), 'a.example', '1');
      INSERT INTO dkim_key (id, domain_id, selector, algorithm, public_key, private_key)
        SELECT gen_random_uuid(), id, s, 'rsa_sha256', 'x', 'x' FROM domain,
          unnest(ARRAY['seen', 'unseen', 'unknown']) s;
      INSERT INTO dns_check (id, domain_id, key, kind, scope, "group", need, name, type, verdict,
          reasons, expected, found, answers, facts, first_asked_at, changed_at, checked_at, ack_found,
          first_ok_at, last_ok_at)
        SELECT gen_random_uuid(), id, 'dkim:' || s, 'dkim', 'domain', 'send', 'recommended', '', 'TXT',
          'x', '[]', '{}', '{}', '[]', '{}', now(), now(), now(), '{}',
          CASE s WHEN 'seen' THEN now() END, CASE s WHEN 'seen' THEN now() END
        FROM domain, unnest(ARRAY['seen', 'unseen']) s`);
    await migrate(url);
    const { rows } = await client.query(
      `SELECT selector, state, visible_since IS NOT NULL AS visible FROM dkim_key ORDER BY selector`,
    );
    assert.deepEqual(rows, [
      { selector: "seen", state: "signing", visible: true },
      { selector: "unknown", state: "publishing", visible: false },
      { selector: "unseen", state: "publishing", visible: false },
    ]);
  } finally {
    await client.end();
  }
});
