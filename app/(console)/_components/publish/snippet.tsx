import { Card } from "@/components/ui/card.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import type { SnippetName } from "@/lib/dal/publish.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { Choice } from "./choice.tsx";

interface Props {
  readonly t: Translate;
  readonly snippet: { readonly tool: SnippetName; readonly text: string };
  readonly tools: readonly SnippetName[];
  readonly linkTo: (tool: SnippetName) => string;
}

export function Snippet({ t, snippet: { tool, text }, tools, linkTo }: Props) {
  const label = t("publish.snippets.label", { tool: t(`publish.snippet.${tool}`) });
  const choices = tools.map((name) => {
    return { href: linkTo(name), text: t(`publish.snippet.${name}`), current: name === tool };
  });
  return (
    <Card id="snippets" title={t("publish.snippets")} lead={t("publish.snippets.lead")}>
      <div className="grid grid-cols-1 gap-3">
        <Choice label={t("publish.snippets.choose")} choices={choices} />
        <p className="max-w-[64ch] text-sm text-soft">{t(`publish.snippet.note.${tool}`)}</p>
        <div className="relative min-w-0 rounded-md border border-line bg-sunken">
          <div className="absolute end-1.5 top-1.5 flex flex-row-reverse gap-2 rounded-md bg-sunken">
            <CopyButton
              text={text}
              label={t("common.copyWhat", { what: label })}
              copied={t("common.copied")}
            />
          </div>
          <pre
            tabIndex={0}
            role="region"
            aria-label={label}
            translate="no"
            className="max-h-112 overflow-auto p-3 pe-12 text-[0.8125rem] leading-relaxed"
          >
            {text}
          </pre>
        </div>
      </div>
    </Card>
  );
}
