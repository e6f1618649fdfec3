import Link from "next/link";
import type { Translate } from "@/lib/i18n/translate.ts";

interface Props {
  readonly t: Translate;
  readonly domain: { readonly name: string; readonly shown: string };
  readonly checks: {
    readonly next: string | null;
    readonly nextCheck: string | null;
    readonly watch: { readonly checkedAt: Date | null };
  };
  readonly needsMailbox: boolean;
}

/** Exactly one: what is best done first, and the way there. */
export function NextStep(props: Props) {
  const { t } = props;
  const { text, href } = stepOf(props);
  return (
    <p className="mb-5 rounded-md border border-line bg-surface px-4 py-3">
      <span className="font-medium">{t("check.next")}: </span>
      {href === null ? (
        text
      ) : (
        <Link href={href} className="text-accent underline">
          {text}
        </Link>
      )}
    </p>
  );
}

function stepOf({ t, domain, checks, needsMailbox }: Props) {
  const base = `/domains/${domain.name}`;
  const { next, nextCheck, watch } = checks;
  if (watch.checkedAt === null)
    return { text: t("overview.next.publish"), href: `${base}/dns/steps` };
  if (next !== null)
    return { text: next, href: `${base}/dns#record-${encodeURIComponent(nextCheck ?? "")}` };
  if (needsMailbox)
    return {
      text: t("home.next.mailbox", { domain: domain.shown }),
      href: `${base}/mailboxes/new`,
    };
  return { text: t("overview.next.none"), href: null };
}
