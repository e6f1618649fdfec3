/**
 * Who may sign in. One answer for everybody who may not: unknown, suspended and wrong password differ
 * neither in text nor in time. Every outcome is a mail event; addresses that fail often are slowed down,
 * then refused unheard.
 *
 * A password is the mailbox's own, or one that it made for a device (lib/mail/app-password.ts): those are
 * found by a hash, count for their protocols only, and cost nobody Argon2. What does not let in, for
 * whatever reason, has cost one look-up and one Argon2. SCRAM knows only the mailbox's own password: its
 * proof does not say which of several was used.
 */
import { readAppPassword, refusalOf } from "../../lib/mail/app-password.ts";
import type { EventKind } from "../../lib/mail/events.ts";
import { MailError } from "../../lib/mail/errors.ts";
import { newId } from "../../lib/mail/ids.ts";
import { verifyNobody, verifyPassword } from "../../lib/mail/password.ts";
import type {
  Account,
  Clock,
  Directory,
  FoundAppPassword,
  MailStore,
} from "../../lib/mail/ports.ts";
import { nobodysKeys, parseScramKeys, type ScramKeys } from "../../lib/mail/scram.ts";
import { systemClock } from "../clock.ts";
import { FailureLimiter } from "../net/limits.ts";
import { VerifiedCache } from "./verified-cache.ts";

/** Where an attempt to sign in comes from. */
export interface Origin {
  readonly protocol: "smtp" | "imap" | "pop3";
  readonly remoteAddress: string;
  readonly sessionId: string;
}

export interface SignIn extends Origin {
  readonly address: string;
  readonly password: string;
  /** For the trace: "PLAIN", "LOGIN", "USER", … */
  readonly mechanism?: string | undefined;
}

/** What SCRAM needs to know: keys to verify against, and whose they are (null: nobody's). */
export interface ScramSubject {
  readonly keys: ScramKeys;
  readonly account: Account | null;
}

interface Attempt extends Origin {
  readonly address: string;
  readonly mechanism?: string | undefined;
}

export interface AuthenticatorOptions {
  readonly store: Pick<MailStore, "record">;
  readonly directory: Pick<Directory, "findAccount" | "findAppPassword" | "noteSignIn">;
  /** The same in all processes: SCRAM salts of unknown names are made from it. */
  readonly secret: string;
  readonly clock?: Clock | undefined;
  readonly failures?: FailureLimiter | undefined;
}

/** Longer names and passwords are nobody's (RFC 5321 §4.5.3.1.3; lib/mail/password-policy.ts). */
const MAX_ADDRESS = 320;
const MAX_PASSWORD_BYTES = 1024;

export class Authenticator {
  readonly #store: AuthenticatorOptions["store"];
  readonly #directory: AuthenticatorOptions["directory"];
  readonly #secret: string;
  readonly #clock: Clock;
  readonly #failures: FailureLimiter;
  readonly #verified = new VerifiedCache();

  constructor({ store, directory, secret, clock, failures }: AuthenticatorOptions) {
    this.#store = store;
    this.#directory = directory;
    this.#secret = secret;
    this.#clock = clock ?? systemClock;
    this.#failures = failures ?? new FailureLimiter();
  }

  /** Throws authFailed, or rateLimited for an address that failed too often. */
  async checkPassword(signIn: SignIn): Promise<Account> {
    this.checkRate(signIn);
    const [account, device] = await Promise.all([
      this.#find(signIn.address),
      this.#findAppPassword(signIn.password),
    ]);
    const owned = account && device?.mailboxId === account.mailboxId ? device : null;
    const refusal = owned && this.#refusal(signIn, account, owned);
    if (account && owned && refusal === null) return this.#byDevice(signIn, account, owned);
    const right = await this.#isRight(account, signIn.password);
    if (!account || !right)
      return this.failed(signIn, account ? (refusal ?? "wrong password") : "no such user", account);
    return this.succeeded(signIn, account);
  }

  /** Throws rateLimited. */
  checkRate({ remoteAddress }: Pick<Origin, "remoteAddress">): void {
    if (this.#failures.blocked(remoteAddress, this.#now()))
      throw new MailError("rateLimited", "Too many failed sign-ins, try again later");
  }

  /** Never null: nobody's keys look like somebody's. */
  async scramSubject(address: string): Promise<ScramSubject> {
    const account = await this.#find(address);
    const keys = account && parseScramKeys(account.scramSha256);
    if (account && keys) return { account, keys };
    return { account: null, keys: nobodysKeys(address.toLowerCase(), this.#secret) };
  }

  /** The credentials were right: says whether that is enough. */
  async succeeded(attempt: Attempt, account: Account): Promise<Account> {
    if (account.suspended) return this.failed(attempt, "suspended", account);
    this.#record("auth.succeeded", attempt, account);
    const { mailboxId, appPassword } = account;
    const { protocol, remoteAddress } = attempt;
    const at = this.#clock.now();
    this.#directory.noteSignIn({
      mailboxId,
      at,
      protocol,
      remoteAddress,
      appPasswordId: appPassword?.id,
    });
    return account;
  }

  /** Throws authFailed, the later the more often this address failed. The reason is for the trace only. */
  async failed(attempt: Attempt, reason: string, account?: Account | null): Promise<never> {
    const delay = this.#failures.failed(attempt.remoteAddress, this.#now());
    this.#record("auth.failed", attempt, account, reason);
    if (delay > 0) await this.#clock.sleep(delay);
    throw new MailError("authFailed", "Authentication failed");
  }

  /** Also of the suspended: they find out no sooner than anybody else. */
  #refusal({ protocol }: SignIn, account: Account | null, device: FoundAppPassword): string | null {
    return account?.suspended ? "suspended" : refusalOf(device, protocol, this.#clock.now());
  }

  #byDevice(signIn: SignIn, account: Account, device: FoundAppPassword): Promise<Account> {
    const { id, name, expiresAt } = device;
    return this.succeeded(signIn, { ...account, appPassword: { id, name, expiresAt } });
  }

  async #find(address: string): Promise<Account | null> {
    return address.length > MAX_ADDRESS ? null : this.#directory.findAccount(address);
  }

  async #findAppPassword(typed: string): Promise<FoundAppPassword | null> {
    const password = readAppPassword(typed);
    return password === null ? null : this.#directory.findAppPassword(password);
  }

  #isRight(account: Account | null, password: string): Promise<boolean> {
    if (!account || Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return verifyNobody("");
    const { passwordHash } = account;
    const verify = () => verifyPassword(password, passwordHash);
    return this.#verified.check(passwordHash, password, { now: this.#now(), verify });
  }

  #now(): number {
    return this.#clock.now().getTime();
  }

  #record(kind: EventKind, attempt: Attempt, account?: Account | null, reason?: string): void {
    const { protocol, mechanism, address, sessionId, remoteAddress } = attempt;
    this.#store.record([
      {
        id: newId(),
        at: this.#clock.now(),
        kind,
        sessionId,
        mailboxId: account?.mailboxId,
        domainId: account?.domainId,
        remoteIp: remoteAddress,
        text: reason,
        detail: {
          protocol,
          mechanism,
          address: address.slice(0, MAX_ADDRESS),
          appPassword: account?.appPassword && {
            id: account.appPassword.id,
            name: account.appPassword.name,
          },
        },
      },
    ]);
  }
}
