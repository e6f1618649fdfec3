/**
 * The DNS questions that nearly every message from a stranger leads to, asked at once: mailauth asks one
 * thing after another (keys of signatures, SPF, DMARC), and finds these answers on their way or in the
 * resolver's cache. What is only worth a question sometimes is left to it.
 */
import { parseAddressList } from "../../lib/codec/mime/address.ts";
import { headerText } from "../../lib/codec/mime/header.ts";
import type { Resolver } from "../../lib/mail/ports.ts";
import type { Head } from "./head.ts";
import type { Transaction } from "./state.ts";

export function askAhead(head: Head, { reversePath }: Transaction, resolver: Resolver): void {
  const { addresses } = parseAddressList(headerText(head.bytes, head.header, "From") ?? "");
  const author = addresses[0]?.host;
  const names = [
    ...(reversePath ? [reversePath.domain] : []), // SPF: RFC 7208 §4.4
    ...(author ? [`_dmarc.${author}`] : []), // DMARC: RFC 9989 §4.10
  ];
  for (const name of names) void resolver.query(name, "TXT"); // never rejects
}
