import type { Translate } from "@/lib/i18n/translate.ts";
import type { Platform } from "@/lib/schemas/clients.ts";

/** What to press, one sentence per step. Empty where the table says it all. */
export function stepsOf(t: Translate, platform: Platform, address: string): string[] {
  if (platform === "android")
    return [
      t("clients.android.step1"),
      t("clients.android.step2", { address }),
      t("clients.android.step3"),
      t("clients.android.step4"),
    ];
  if (platform === "thunderbird")
    return [
      t("clients.thunderbird.step1"),
      t("clients.thunderbird.step2", { address }),
      t("clients.thunderbird.step3"),
      t("clients.thunderbird.step4"),
    ];
  if (platform === "outlook")
    return [
      t("clients.outlook.step1", { address }),
      t("clients.outlook.step2"),
      t("clients.outlook.step3"),
    ];
  return [];
}
