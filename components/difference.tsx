/** What is found and what is to stand there, side by side: signs and words beside the colours (WCAG 1.4.1). */
import type { Translate } from "@/lib/i18n/translate.ts";

interface Part {
  readonly mark: "same" | "removed" | "added";
  readonly text: string;
}

interface Props {
  readonly t: Translate;
  readonly pairs: readonly {
    readonly found: readonly Part[] | null;
    readonly wanted: readonly Part[] | null;
  }[];
}

export function Difference({ t, pairs }: Props) {
  return (
    <div className="overflow-hidden rounded-md border border-line">
      {pairs.map(({ found, wanted }, at) => (
        <dl
          key={at}
          className="grid border-b border-line last:border-b-0 sm:grid-cols-2 sm:divide-x sm:divide-line"
        >
          <Side label={t("check.found")} parts={found} none={t("check.difference.none")} t={t} />
          <Side label={t("check.wanted")} parts={wanted} none={t("check.difference.goes")} t={t} />
        </dl>
      ))}
    </div>
  );
}

interface SideProps {
  readonly t: Translate;
  readonly label: string;
  readonly parts: readonly Part[] | null;
  readonly none: string;
}

function Side({ t, label, parts, none }: SideProps) {
  return (
    <div className="min-w-0 px-3 py-2">
      <dt className="text-xs text-soft">{label}</dt>
      {parts === null ? (
        <dd className="text-soft">{none}</dd>
      ) : (
        <dd translate="no" className="font-mono text-[0.8125rem] whitespace-pre-wrap wrap-anywhere">
          <bdi>
            {parts.map((part, at) => (
              <Piece key={at} t={t} part={part} />
            ))}
          </bdi>
        </dd>
      )}
    </div>
  );
}

function Piece({ t, part: { mark, text } }: { t: Translate; part: Part }) {
  if (mark === "same") return text;
  const bare = text.trimEnd();
  const Tag = mark === "removed" ? "del" : "ins";
  return (
    <>
      <span className="sr-only">{t(`check.difference.${mark}`)} </span>
      <Tag className={LOOK[mark]}>
        <span aria-hidden="true" className="me-0.5 inline-block select-none no-underline">
          {SIGN[mark]}
        </span>
        {bare}
      </Tag>
      <span className="sr-only"> {t("check.difference.end")}</span>
      {text.slice(bare.length)}
    </>
  );
}

const SIGN = { removed: "−", added: "+" } as const;
const LOOK = {
  removed: "rounded bg-bad-wash px-0.5 text-bad line-through",
  added: "rounded bg-good-wash px-0.5 text-good no-underline",
} as const;
