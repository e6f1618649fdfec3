/**
 * The engine's process from inside, by V8's inspector (Chrome DevTools protocol): garbage collected when we
 * say so, profiles, how long its event loop was held up. The engine itself knows nothing of it.
 */
import { once } from "node:events";
import type { EngineProcess } from "../../tests/support/engine-process.ts";

/** In the engine's environment: when asked (SIGUSR1) it opens a port of its own choice, told in its log. */
export const INSPECTABLE = { NODE_OPTIONS: "--inspect-port=127.0.0.1:0" } as const;

const OPEN_MS = 10_000;

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #heard = new Map<string, (params: unknown) => void>();
  #ids = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(String(data)) as Reply));
  }

  static async of(engine: Pick<EngineProcess, "pid" | "log">): Promise<Inspector> {
    const socket = new WebSocket(await opened(engine));
    await once(socket, "open");
    return new Inspector(socket);
  }

  call(method: string, params: object = {}): Promise<unknown> {
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(++this.#ids, waiting);
    this.#socket.send(JSON.stringify({ id: this.#ids, method, params }));
    return waiting.promise;
  }

  on(method: string, heard: (params: unknown) => void): void {
    this.#heard.set(method, heard);
  }

  /** What an expression is in the engine; promises are awaited. */
  async evaluate(expression: string): Promise<unknown> {
    const params = { expression, awaitPromise: true, returnByValue: true, replMode: true };
    const answer = (await this.call("Runtime.evaluate", params)) as {
      readonly result: { readonly value?: unknown };
      readonly exceptionDetails?: unknown;
    };
    if (answer.exceptionDetails !== undefined)
      throw new Error(JSON.stringify(answer.exceptionDetails));
    return answer.result.value;
  }

  /** Everything that nobody holds is gone, and its pages are given back. */
  async collectGarbage(): Promise<void> {
    for (let round = 0; round < 3; round++) await this.call("HeapProfiler.collectGarbage");
  }

  close(): void {
    this.#socket.close();
  }

  #take({ id, method, params, result, error }: Reply): void {
    if (id === undefined) return this.#heard.get(method ?? "")?.(params);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error !== undefined) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }
}

async function opened({ pid, log }: Pick<EngineProcess, "pid" | "log">): Promise<string> {
  process.kill(pid, "SIGUSR1");
  for (const until = performance.now() + OPEN_MS; performance.now() < until;) {
    const [url] = /ws:\/\/\S+/.exec(log()) ?? [];
    if (url !== undefined) return url;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error("The engine cannot be inspected: was it started with INSPECTABLE?");
}
