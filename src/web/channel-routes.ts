import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import { asProblem } from "./account-session.ts";
import type { Script } from "./assets.ts";
import { pageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field } from "./fields.ts";
import { channelsPage, type ChannelsView } from "./pages/channels.tsx";
import { showPage } from "./read-routes.ts";

const path = "/settings/channels";

/** Whether notices would arrive: when each end was last tried, and a button to try it now. */
export function channelWebRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const show = (request: FastifyRequest, reply: FastifyReply, view: Omit<ChannelsView, "lines">) =>
    showPage({ deps, script, request, reply }, async (context) =>
      channelsPage({ ...context, url: path }, { lines: await deps.channels.lines(), ...view }),
    );

  app.get(path, (request, reply) => show(request, reply, { tried: null, problem: null }));
  app.post(`${path}/test`, { config: { authority: "change" } }, async (request, reply) => {
    const end = { channel: field(request, "channel"), to: field(request, "to") };
    const tested = await deps.channels.test({ ...end, actor: actorOf(request) });
    if (!tested.ok) {
      const problem = asProblem(pageContext(deps, request), tested.error);
      return show(request, reply, { tried: null, problem });
    }
    return show(request, reply, { tried: { ...end, test: tested.value }, problem: null });
  });
}
