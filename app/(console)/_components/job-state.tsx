import { Badge, type Glyph, type Tone } from "@/components/ui/badge.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";
import type { WorkRow } from "@/lib/dal/work.ts";

const LOOK: Record<WorkRow["state"], [tone: Tone, glyph: Glyph]> = {
  waiting: ["neutral", "hollow"],
  running: ["accent", "half"],
  done: ["good", "tick"],
  failed: ["bad", "cross"],
  cancelled: ["neutral", "dash"],
};

export function JobState({ t, state }: { t: Translate; state: WorkRow["state"] }) {
  const [tone, glyph] = LOOK[state];
  return (
    <Badge tone={tone} glyph={glyph}>
      {t(`work.state.${state}`)}
    </Badge>
  );
}

const KINDS = [
  "mail.send-test.v1",
  "mailbox.drop-sessions.v1",
  "app-password.drop-sessions.v1",
  "dns.preview.v1",
  "dns.apply.v1",
  "dns.undo.v1",
  "dns.test-credential.v1",
  "host-key.advance.v1",
] as const;

export function kindName(t: Translate, kind: string): string {
  const known = KINDS.find((name) => name === kind);
  return known ? t(`work.kind.${known}`) : t("work.kind.other");
}
