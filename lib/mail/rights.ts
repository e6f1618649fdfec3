/**
 * Rights on a folder as a bitmap: RFC 4314 §2.1. The owner has all of them, always. Others have what
 * is granted to them or to everybody, without what is taken from them or from everybody.
 */
import { RIGHT_LETTERS, VIRTUAL_RIGHTS } from "../codec/imap/acl-syntax.ts";
import { DELETED, SEEN } from "./flags.ts";

export type Rights = number;

export const ALL_RIGHTS: Rights = (1 << RIGHT_LETTERS.length) - 1;
export const NO_RIGHTS: Rights = 0;

/** Of letters that are rights. */
export function rightsOf(letters: string): Rights {
  return [...letters].reduce((rights, letter) => rights | (1 << RIGHT_LETTERS.indexOf(letter)), 0);
}

/** All of these. */
export function hasRights(rights: Rights, letters: string): boolean {
  const needed = rightsOf(letters);
  return (rights & needed) === needed;
}

export function hasAnyRight(rights: Rights, letters: string): boolean {
  return (rights & rightsOf(letters)) !== 0;
}

/** With "c" and "d" for those who know only RFC 2086 (§2.1.1). */
export function formatRights(rights: Rights): string {
  const real = [...RIGHT_LETTERS].filter((letter) => hasRights(rights, letter));
  const virtual = [...VIRTUAL_RIGHTS].filter(([, members]) => hasAnyRight(rights, members));
  return [...real, ...virtual.map(([letter]) => letter)].join("");
}

/** Which flags one may change: \Seen, \Deleted, and all others (§4). */
export interface FlagScope {
  readonly bits: number;
  readonly keywords: boolean;
}

export const EVERY_FLAG: FlagScope = { bits: ~0, keywords: true };

export function flagScope(rights: Rights): FlagScope {
  const write = hasRights(rights, "w");
  const seen = hasRights(rights, "s") ? SEEN : 0;
  const deleted = hasRights(rights, "t") ? DELETED : 0;
  return { bits: seen | deleted | (write ? ~(SEEN | DELETED) : 0), keywords: write };
}
