/**
 * The web process's listeners: health for machines, the policy host, mail programs, then Next. Started by
 * server.ts, and by tests with a handler of their own in Next's place.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import type { Settings } from "../lib/settings/settings.ts";
import type { WebRuntime } from "../lib/service/web-runtime.ts";
import { randomBytes } from "node:crypto";
import { answerInTls } from "./acme-tls.ts";
import { isChallengePath, serveChallenge } from "./acme-http.ts";
import { serveClients } from "./clients.ts";
import {
  pathOf,
  readFacts,
  setSecurityHeaders,
  trustedProxies,
  type RequestFacts,
} from "./headers.ts";
import { listen, type ListenerFacts } from "./listen.ts";
import { isPolicyHost, servePolicy } from "./mta-sts.ts";
import { loadWebTls, type WebTls } from "./tls.ts";

/** A client that sends its headers slower than this holds a socket for nothing. */
const HEADERS_TIMEOUT_MS = 20_000;
/** Open pages keep an event stream; after this they are cut when we stop, and come back. */
const DRAIN_MS = 3_000;

export interface Pages {
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  upgrade?(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
}

export interface Web {
  readonly listeners: readonly ListenerFacts[];
  /** Where Next finds its own pages ("http://127.0.0.1:…"): see INNER in headers.ts. */
  readonly innerOrigin: string;
  stop(): Promise<void>;
}

type WebSettings = Pick<Settings, "ports" | "bindAddress" | "publicUrl" | "proxyProtocolFrom">;

interface Options {
  readonly settings: WebSettings;
  readonly runtime: WebRuntime;
  readonly pages: Pages;
  readonly onError: (error: unknown) => void;
}

export async function startWeb(options: Options): Promise<Web> {
  const { settings, runtime, onError } = options;
  const answer = answerWith(options);
  const servers: Server[] = [];
  const listeners: ListenerFacts[] = [];
  const open = async (server: Server, protocol: "http" | "https") => {
    server.headersTimeout = HEADERS_TIMEOUT_MS;
    server.on("upgrade", (req: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!options.pages.upgrade) return void socket.destroy();
      options.pages.upgrade(req, socket, head).catch(onError);
    });
    servers.push(server);
    const bound = await listen(server, settings.ports[protocol], settings.bindAddress);
    listeners.push({ protocol, ...bound, tls: protocol === "https" ? "implicit" : "none" });
  };
  if (settings.ports.http.length > 0) await open(createServer(answer), "http");
  const tls = settings.ports.https.length > 0 ? await loadWebTls(runtime, onError) : null;
  let stopAnswering = () => {};
  if (tls) {
    const server = secureServer(tls, answer);
    stopAnswering = answerInTls(server, runtime, onError);
    await open(server, "https");
  }
  const inner = createServer(answer);
  servers.push(inner);
  const { address, port } = await listen(inner, [0], "127.0.0.1");
  return {
    listeners,
    innerOrigin: `http://${address}:${port}`,
    async stop() {
      tls?.stop();
      stopAnswering();
      await Promise.all(servers.map(drain));
    },
  };
}

function secureServer(tls: WebTls, answer: RequestListener): Server {
  const server = createTlsServer(
    {
      ...tls.defaultPair(),
      minVersion: "TLSv1.2",
      SNICallback: (name, done) => {
        tls.contextFor(name).then((context) => done(null, context), done);
      },
    },
    answer,
  );
  tls.onChange(() => server.setSecureContext({ ...tls.defaultPair(), minVersion: "TLSv1.2" }));
  return server;
}

/** Answers to ACME, health, policy host, mail programs, redirect, pages: in this order, health never needs a page. */
function answerWith({ settings, runtime, pages, onError }: Options): RequestListener {
  const trust = {
    proxies: trustedProxies(settings.proxyProtocolFrom),
    inner: randomBytes(16).toString("hex"),
  };
  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    const facts = readFacts(req, trust);
    setSecurityHeaders(res, facts);
    const path = pathOf(req.url);
    if (path === null) return plain(res, 400, "not a path");
    req.url = path;
    if (isChallengePath(path)) return serveChallenge(runtime, { req, res });
    if (req.url === "/livez") return plain(res, 200, "ok");
    if (req.url === "/readyz") return readiness(runtime, res);
    if (isPolicyHost(facts.host)) return servePolicy(runtime.service, facts, { req, res });
    if (await serveClients(runtime.service, facts, { req, res })) return;
    const elsewhere = secureUrl(settings.publicUrl, facts, req.url ?? "/");
    if (elsewhere !== null) return void res.writeHead(308, { location: elsewhere }).end();
    return pages.handle(req, res);
  };
  return (req, res) => {
    answer(req, res).catch((error: unknown) => {
      onError(error);
      if (res.headersSent) res.destroy();
      else plain(res, 500, "internal error");
    });
  };
}

function plain(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
  });
  res.end(`${text}\n`);
}

/** Ready is who can reach the database: a balancer then sends people here. */
async function readiness({ service }: WebRuntime, res: ServerResponse): Promise<void> {
  const reached = await service.prisma.$queryRaw`select 1`.then(
    () => true,
    () => false,
  );
  plain(res, reached ? 200 : 503, reached ? "ready" : "no database");
}

/**
 * Where a request in clear should have gone: only when the settings say that the console is on https
 * under that very name. First-run visits by address or localhost stay where they are.
 */
function secureUrl(publicUrl: string | null, facts: RequestFacts, path: string): string | null {
  if (publicUrl === null || facts.secure) return null;
  const base = new URL(publicUrl);
  if (base.protocol !== "https:" || base.hostname !== facts.host) return null;
  return new URL(path.startsWith("/") ? path.replace(/^\/+/, "/") : "/", base).href;
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
