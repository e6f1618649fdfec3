/** Server-sent events: progress of work and the engine's state, for whoever is signed in. */
import { streamEvents } from "@/lib/dal/events.ts";
import { getSignedIn } from "@/lib/dal/session.ts";

export async function GET(request: Request): Promise<Response> {
  const me = await getSignedIn();
  if (!me) return new Response(null, { status: 401 });
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (event: string, data: unknown) => {
        if (request.signal.aborted) return;
        controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
      };
      await streamEvents(me, request.signal, send);
      if (!request.signal.aborted) controller.close();
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}
