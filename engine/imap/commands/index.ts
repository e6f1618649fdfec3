/** The table of contents: every command there is (RFC 9051 §6, RFC 3501 §6). */
import type { AnyCommand } from "../command.ts";
import { deleteAcl, getAcl, listRights, myRights, setAcl } from "./acl.ts";
import { append } from "./append.ts";
import { authenticate } from "./authenticate.ts";
import { cancelUpdate } from "./cancel-update.ts";
import { capability } from "./capability.ts";
import { check } from "./check.ts";
import { close } from "./close.ts";
import { compress } from "./compress.ts";
import { copy } from "./copy.ts";
import { create } from "./create.ts";
import { deleteCommand } from "./delete.ts";
import { enable } from "./enable.ts";
import { esearch } from "./esearch.ts";
import { examine } from "./examine.ts";
import { expunge, uidExpunge } from "./expunge.ts";
import { fetch } from "./fetch.ts";
import { genUrlAuth } from "./genurlauth.ts";
import { id } from "./id.ts";
import { idle } from "./idle.ts";
import { list } from "./list.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { lsub } from "./lsub.ts";
import { getMetadata, setMetadata } from "./metadata.ts";
import { move } from "./move.ts";
import { namespace } from "./namespace.ts";
import { noop } from "./noop.ts";
import { notify } from "./notify.ts";
import { getQuota, getQuotaRoot, setQuota } from "./quota.ts";
import { rename } from "./rename.ts";
import { replace } from "./replace.ts";
import { resetKey } from "./resetkey.ts";
import { search } from "./search.ts";
import { select } from "./select.ts";
import { sort } from "./sort.ts";
import { startTls } from "./starttls.ts";
import { status } from "./status.ts";
import { store } from "./store.ts";
import { subscribe, unsubscribe } from "./subscribe.ts";
import { thread } from "./thread.ts";
import { uidBatches } from "./uidbatches.ts";
import { unauthenticate } from "./unauthenticate.ts";
import { unselect } from "./unselect.ts";
import { urlFetch } from "./urlfetch.ts";

export const COMMANDS: ReadonlyMap<string, AnyCommand> = new Map([
  // Any state: §6.1
  ["CAPABILITY", capability],
  ["NOOP", noop],
  ["LOGOUT", logout],
  ["ID", id], // RFC 2971
  // Before sign-in: §6.2
  ["STARTTLS", startTls],
  ["AUTHENTICATE", authenticate],
  ["LOGIN", login],
  // After it: §6.3
  ["ENABLE", enable],
  ["SELECT", select],
  ["EXAMINE", examine],
  ["CREATE", create],
  ["DELETE", deleteCommand],
  ["RENAME", rename],
  ["SUBSCRIBE", subscribe],
  ["UNSUBSCRIBE", unsubscribe],
  ["LIST", list],
  ["LSUB", lsub], // RFC 3501 §6.3.9
  ["NAMESPACE", namespace],
  ["STATUS", status],
  ["APPEND", append],
  ["ESEARCH", esearch], // RFC 7377
  ["IDLE", idle],
  ["NOTIFY", notify], // RFC 5465
  ["UNAUTHENTICATE", unauthenticate], // RFC 8437
  ["COMPRESS", compress], // RFC 4978
  ["GETQUOTA", getQuota], // RFC 9208
  ["GETQUOTAROOT", getQuotaRoot],
  ["SETQUOTA", setQuota],
  ["SETACL", setAcl], // RFC 4314
  ["DELETEACL", deleteAcl],
  ["GETACL", getAcl],
  ["LISTRIGHTS", listRights],
  ["MYRIGHTS", myRights],
  ["GETMETADATA", getMetadata], // RFC 5464
  ["SETMETADATA", setMetadata],
  ["GENURLAUTH", genUrlAuth], // RFC 4467
  ["RESETKEY", resetKey],
  ["URLFETCH", urlFetch],
  // With a mailbox: §6.4
  ["CHECK", check], // RFC 3501 §6.4.1
  ["CLOSE", close],
  ["UNSELECT", unselect],
  ["EXPUNGE", expunge],
  ["SEARCH", search],
  ["CANCELUPDATE", cancelUpdate], // RFC 5267
  ["UIDBATCHES", uidBatches], // RFC 10022
  ["FETCH", fetch],
  ["STORE", store],
  ["COPY", copy],
  ["MOVE", move],
  ["REPLACE", replace], // RFC 8508
  ["UID EXPUNGE", uidExpunge],
  ["UID SEARCH", search],
  ["SORT", sort], // RFC 5256
  ["UID SORT", sort],
  ["THREAD", thread], // RFC 5256
  ["UID THREAD", thread],
  ["UID FETCH", fetch],
  ["UID STORE", store],
  ["UID COPY", copy],
  ["UID MOVE", move],
  ["UID REPLACE", replace],
]);
