import { GridTable } from "@/components/ui/grid-table.tsx";
import { Values } from "@/components/values.tsx";
import type { AnswerView, CheckView } from "@/lib/dal/dns.ts";
import { formatClock } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

/** "Where did you look?": every server that was asked, and what it said. */
export function Where({ t, check }: { t: Translate; check: CheckView }) {
  const { answers, type, name } = check;
  const columns = [
    ...([t("check.server"), t("check.answer"), t("check.ttl")] as const),
    ...([t("check.serial"), t("check.signed"), t("check.at")] as const),
  ];
  return (
    <details>
      <summary className="cursor-pointer text-accent">{t("check.where")}</summary>
      <div className="mt-2 overflow-x-auto rounded-md border border-line">
        <GridTable caption={`${t("check.where")} ${type} ${name}`} columns={columns}>
          {answers.map((answer) => (
            <Row
              key={`${answer.server} ${answer.address}`}
              t={t}
              answer={answer}
              columns={columns}
            />
          ))}
        </GridTable>
      </div>
      <p className="mt-1.5 max-w-[72ch] text-xs text-soft">{t("check.where.note")}</p>
    </details>
  );
}

interface RowProps {
  readonly t: Translate;
  readonly answer: AnswerView;
  readonly columns: readonly string[];
}

function Row({ t, answer, columns }: RowProps) {
  const { server, address, view, rcode, values, ttl, serial, authenticated, via, at, ms } = answer;
  const isResolver = view === "resolver";
  const signed = isResolver ? t(authenticated ? "check.signed.yes" : "check.signed.no") : "–";
  return (
    <tr>
      <th scope="row">
        <bdi translate={isResolver ? undefined : "no"}>
          {isResolver ? t("check.resolver") : server}
        </bdi>
        <span className="block font-mono text-xs font-normal text-soft" translate="no">
          {address}
        </span>
      </th>
      <td data-label={columns[1]} className="md:min-w-56">
        <Values values={values} none={t("check.nothing")} />
        <span className="text-xs text-soft" translate="no">
          {[rcode, ...via].join(" → ")}
        </span>
      </td>
      <td data-label={columns[2]} className="tabular-nums">
        {ttl}
      </td>
      <td data-label={columns[3]} className="tabular-nums">
        {serial ?? "–"}
      </td>
      <td data-label={columns[4]}>{signed}</td>
      <td data-label={columns[5]} className="whitespace-nowrap tabular-nums">
        {formatClock(t.locale, at)}
        <span className="block text-xs text-soft">{t("check.ms", { ms: Math.round(ms) })}</span>
      </td>
    </tr>
  );
}
