/** The smallest change that makes a check right, to copy. */
import type { Translate } from "@/lib/i18n/translate.ts";
import { CopyButton } from "./ui/copy-button.tsx";

interface Props {
  readonly t: Translate;
  readonly fix: {
    readonly action: "add" | "replace" | "remove";
    readonly name: string;
    readonly values: readonly string[];
  };
}

export function FixBox({ t, fix }: Props) {
  return (
    <div className="rounded-md border border-line bg-sunken px-3 py-2">
      <p className="text-xs text-soft">{t(`check.fix.${fix.action}`, { name: fix.name })}</p>
      {fix.values.map((value) => (
        <div key={value} className="flex items-start gap-2">
          <code
            translate="no"
            className="min-w-0 grow py-1 font-mono text-[0.8125rem] wrap-anywhere"
          >
            {value}
          </code>
          <CopyButton
            text={value}
            label={`${t("check.copyFix")}: ${fix.name} ${value.slice(0, 40)}`}
            copied={t("common.copied")}
          />
        </div>
      ))}
    </div>
  );
}
