/** A line of the audit log as a sentence; its action may have come from another version. */
import { translateRow, type Translate } from "./translate.ts";

export interface ActivityLine {
  readonly by: "person" | "cli" | "system";
  readonly name: string;
  readonly action: string;
  readonly subject: string;
}

export function activityText(t: Translate, { by, name, action, subject }: ActivityLine): string {
  const who = by === "person" ? name : t(`activity.who.${by}`);
  const known = translateRow(t, `activity.${action}`, { who, subject });
  return known ?? t("activity.other", { who, action, subject });
}
