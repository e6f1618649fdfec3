import assert from "node:assert/strict";
import { test } from "node:test";
import { cliActor, type Actor } from "./actor.ts";
import { can, domainsWhere, PERMISSIONS, type Permission } from "./permissions.ts";

const HERE = "d-here";
const THERE = "d-there";

function person(...grants: Actor["grants"][number][]): Actor {
  return { kind: "user", id: "u", name: "u@example.com", grants, mailbox: null, remoteIp: null };
}
const mailbox: Actor = {
  kind: "mailbox",
  id: "m",
  name: "m@example.com",
  grants: [],
  mailbox: { id: "m", domainId: HERE },
  remoteIp: null,
};

const operator = person({ role: "operator", domainId: null });
const admin = person({ role: "domain_admin", domainId: HERE });
const auditor = person({ role: "auditor", domainId: null });
const auditorHere = person({ role: "auditor", domainId: HERE });
const nobody = person();

/** permission: [operator, admin in its domain, auditor of the server, auditor of this domain, mailbox itself] */
const TABLE: Record<Permission, [boolean, boolean, boolean, boolean, boolean]> = {
  "server.read": [true, false, true, false, false],
  "server.write": [true, false, false, false, false],
  "domain.create": [true, false, false, false, false],
  "domain.read": [true, true, true, true, false],
  "domain.setMode": [true, true, false, false, false],
  "dkim.read": [true, true, true, true, false],
  "dkim.write": [true, true, false, false, false],
  "dns.publish": [true, true, false, false, false],
  "policy.write": [true, true, false, false, false],
  "dns.check": [true, true, false, false, false],
  "dns.accept": [true, true, false, false, false],
  "dns.share": [true, true, true, true, false],
  "mailbox.read": [true, true, true, true, true],
  "mailbox.create": [true, true, false, false, false],
  "mailbox.setPassword": [true, true, false, false, false],
  "mailbox.changePassword": [true, false, false, false, true],
  "appPassword.create": [true, false, false, false, true],
  "appPassword.revoke": [true, true, false, false, true],
  "mailbox.suspend": [true, true, false, false, false],
  "mailbox.setLimits": [true, true, false, false, false],
  "mailbox.denyImap": [true, true, false, false, false],
  "mailbox.signOut": [true, true, false, false, true],
  "alias.read": [true, true, true, true, false],
  "alias.write": [true, true, false, false, false],
  "queue.read": [true, true, true, true, false],
  "job.read": [true, true, true, true, false],
  "mail.sendTest": [true, true, false, false, false],
};

for (const permission of PERMISSIONS) {
  test(`${permission}: each role has it exactly where the table says`, () => {
    const actors = [operator, admin, auditor, auditorHere, mailbox];
    const answers = actors.map((actor) => can(actor, permission, HERE, "m"));
    assert.deepEqual(answers, TABLE[permission]);
    assert.equal(can(cliActor, permission, HERE), true);
    assert.equal(can(nobody, permission, HERE, "m"), false);
  });

  test(`${permission}: a role of one domain says nothing about another, or the server`, () => {
    for (const actor of [admin, auditorHere]) {
      assert.equal(can(actor, permission, THERE, "m"), false);
      assert.equal(can(actor, permission, null, "m"), false);
    }
  });

  test(`${permission}: a mailbox may nothing with another mailbox`, () => {
    assert.equal(can(mailbox, permission, HERE, "other"), false);
    assert.equal(can(mailbox, permission, HERE), false);
  });
}

test("a domain_admin grant without a domain (which the database refuses) gives nothing", () => {
  const broken = person({ role: "domain_admin", domainId: null });
  assert.ok(PERMISSIONS.every((permission) => !can(broken, permission, HERE)));
});

test("lists are narrowed to the domains where the permission holds", () => {
  assert.equal(domainsWhere(operator, "domain.read"), "all");
  assert.equal(domainsWhere(auditor, "mailbox.read"), "all");
  assert.deepEqual(domainsWhere(admin, "mailbox.create"), [HERE]);
  assert.deepEqual(domainsWhere(auditorHere, "mailbox.create"), []);
  assert.deepEqual(domainsWhere(mailbox, "domain.read"), []);
  const both = person(
    { role: "domain_admin", domainId: HERE },
    { role: "auditor", domainId: THERE },
  );
  assert.deepEqual(domainsWhere(both, "domain.read"), [HERE, THERE]);
  assert.deepEqual(domainsWhere(both, "mailbox.create"), [HERE]);
});
