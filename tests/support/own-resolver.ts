/**
 * A command whose libc asks a name server of the test's: a mount namespace of its own, where resolv.conf says
 * something else. Wants root, and the resolver at port 53 (tests/support/port-53.ts).
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** `home`: where the file lies as long as the command runs. */
export function withResolver(
  home: string,
  resolver: string,
  command: readonly string[],
): [program: string, ...args: string[]] {
  const file = join(home, "resolv.conf");
  writeFileSync(file, `nameserver ${resolver}\noptions trust-ad edns0\n`);
  const script = `mount --bind "$0" /etc/resolv.conf && exec "$@"`;
  return ["unshare", "--mount", "sh", "-c", script, file, ...command];
}
