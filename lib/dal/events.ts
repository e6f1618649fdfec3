/**
 * News for open pages: one LISTEN connection for the whole process, a stream per page. What a stream
 * says is read from the row in the name of its actor each time, so nothing is told to the wrong person,
 * and a revoked session ends its stream.
 */
import "server-only";
import { JOB_CHANNEL } from "@/lib/jobs/job.ts";
import { getEngineStatus } from "@/lib/service/engine-status.ts";
import { subjectOfNews } from "@/lib/service/dns-checks.ts";
import { can } from "@/lib/service/permissions.ts";
import { getJob } from "@/lib/service/jobs.ts";
import { resolveSession, type SignedIn } from "@/lib/service/sign-in.ts";
import { CERTIFICATE_CHANNEL } from "@/lib/storage/certificates.ts";
import { DNS_CHANNEL } from "@/lib/storage/dns-channels.ts";
import { SIGN_IN_CHANNEL } from "@/lib/storage/sign-in-notes.ts";
import { runtime } from "./service.ts";

/** Proxies close what is silent for a minute. It is also when session and engine are looked at again. */
const PULSE_MS = 15_000;

type Send = (event: string, data: unknown) => void;

/** Sends what happens until `signal` aborts or the session ends. */
export function streamEvents(me: SignedIn, signal: AbortSignal, send: Send): Promise<void> {
  const { notifications: news, service: ctx } = runtime();
  return new Promise((resolve) => {
    let { actor } = me;
    const tell = async (id: string) => {
      const job = await getJob(ctx, actor, id);
      if (!job) return;
      const { kind, subject, state, done, total } = job;
      send("job", { id, kind, subject, state, done, total });
    };
    const tellChecks = async (id: string) => {
      const subject = await subjectOfNews(ctx, actor, id);
      if (subject !== null) send("dns", { subject });
    };
    const pulse = async () => {
      const still = await resolveSession(ctx, me.session.id, actor.remoteIp);
      if (!still) return end();
      ({ actor } = still); // a role that was taken away no longer counts
      send("engine", { state: (await getEngineStatus(ctx)).state });
    };
    const stopListening = news.listen(JOB_CHANNEL, ({ words }) => {
      for (const id of words) tell(id).catch(end);
    });
    const stopChecks = news.listen(DNS_CHANNEL, ({ words }) => {
      for (const id of words) tellChecks(id).catch(end);
    });
    const stopCertificates = news.listen(CERTIFICATE_CHANNEL, () => {
      if (can(actor, "server.read", null)) send("certificates", {});
    });
    const stopSignIns = news.listen(SIGN_IN_CHANNEL, ({ words }) => {
      if (actor.mailbox && words.includes(actor.mailbox.id)) send("signIn", {});
    });
    const stopReconnect = news.onReconnect(() => send("missed", {}));
    const timer = setInterval(() => void pulse().catch(end), PULSE_MS);
    function end() {
      clearInterval(timer);
      stopListening();
      stopChecks();
      stopCertificates();
      stopSignIns();
      stopReconnect();
      resolve();
    }
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    else pulse().catch(end);
  });
}
