import Link from "next/link";
import { CapabilityMark } from "@/components/capability-mark.tsx";
import { Card } from "@/components/ui/card.tsx";
import { GridTable } from "@/components/ui/grid-table.tsx";
import { Pager } from "@/components/ui/pager.tsx";
import type { HomeView, MatrixQuery } from "@/lib/dal/home.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { link } from "@/lib/schemas/query.ts";

const GROUPS = ["receive", "send", "protect", "encrypt", "devices"] as const;
const SORTS = ["worst", "name"] as const;

interface Props {
  readonly t: Translate;
  readonly view: Pick<HomeView, "rows" | "nextPage">;
  readonly query: MatrixQuery;
}

/** Domains by capabilities; the order and the page are in the address. */
export function CapabilityMatrix({ t, view: { rows, nextPage }, query: { sort, after } }: Props) {
  const at = (more: Record<string, string>) => `${link("/home", more)}#matrix`;
  const sorted = sort === "worst" ? {} : { sort };
  return (
    <Card
      id="matrix"
      title={t("home.matrix")}
      lead={t("home.matrix.lead")}
      aside={<Order t={t} current={sort} />}
      flush
    >
      <GridTable
        caption={t("home.matrix")}
        columns={[t("domains.name"), ...GROUPS.map((group) => t(`cap.${group}`))]}
      >
        {rows.map(({ id, name, shown, capabilities }) => (
          <tr key={id}>
            <th scope="row" className="min-w-44">
              <Link
                href={`/domains/${name}`}
                className="text-accent wrap-break-word hover:underline"
                title={name}
              >
                <bdi translate="no">{shown}</bdi>
              </Link>
            </th>
            {capabilities.map(({ group, state }) => (
              <td key={group} data-label={t(`cap.${group}`)} className="text-sm">
                <CapabilityMark t={t} state={state} />
              </td>
            ))}
          </tr>
        ))}
      </GridTable>
      <div className="px-4 pb-4 empty:hidden sm:px-5">
        <Pager
          label={t("common.paging")}
          previous={after === "" ? null : { href: at(sorted), text: t("common.first") }}
          next={
            nextPage === null
              ? null
              : { href: at({ ...sorted, after: nextPage }), text: t("common.next") }
          }
        />
      </div>
    </Card>
  );
}

function Order({ t, current }: { t: Translate; current: MatrixQuery["sort"] }) {
  return (
    <nav aria-label={t("home.sort")}>
      <ul className="flex gap-1 text-sm">
        {SORTS.map((sort) => (
          <li key={sort}>
            <Link
              href={`${link("/home", sort === "worst" ? {} : { sort })}#matrix`}
              aria-current={sort === current ? "true" : undefined}
              className="inline-flex min-h-8 items-center rounded-md px-2.5 text-accent hover:underline aria-[current]:bg-accent-wash"
            >
              {t(`home.sort.${sort}`)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
