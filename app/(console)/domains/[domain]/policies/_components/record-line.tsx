import { CopyButton } from "@/components/ui/copy-button.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";

/** A TXT record to copy. */
export function RecordLine({ t, name, text }: { t: Translate; name: string; text: string }) {
  return (
    <div className="flex items-start gap-2 rounded-md border border-line bg-sunken px-3 py-1.5">
      <code className="min-w-0 grow py-1 font-mono text-[0.8125rem] wrap-anywhere" translate="no">
        {text}
      </code>
      <CopyButton
        text={text}
        label={`${t("policies.copyRecord")}: ${name}`}
        copied={t("common.copied")}
      />
    </div>
  );
}
