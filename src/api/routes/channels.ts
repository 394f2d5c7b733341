import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Site } from "../../kernel/model/site.ts";
import type { ChannelLine, ChannelTest } from "../../kernel/ports.ts";
import { rfc3339 } from "../../words/format.ts";
import { actorOf } from "../access.ts";
import { langOf, refuse } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson, listOf } from "../schemas.ts";

const TestJson = z.object({
  at: z.string(),
  by: z.string(),
  result: z.string().meta({
    description:
      "`arrived`, `accepted` (whether it was read is not known), or why it was not taken: `auth`, `network` …",
  }),
  text: z.string().nullable().meta({ description: "what the far side said to a refusal" }),
});
const LineJson = z.object({
  channel: z.string(),
  kind: z.string(),
  to: z.string().meta({ description: "a person's key; `*` for a channel without people" }),
  last: TestJson.nullable().meta({ description: "null: never tested" }),
});

/** Every end of every channel with its newest test, and a test of one of them. */
export function channelRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "GET",
    url: "/api/v1/channels",
    schema: { summary: "Channels, whom they reach, and when each was tested", response: { 200: listOf(LineJson) } },
    handler: async () => {
      const site = deps.site();
      return { items: (await deps.channels.lines()).map((line) => lineView(line, site)), next: null };
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/channels/:name/test",
    schema: {
      summary: "Send a test notice through a channel and wait for the answer",
      params: z.object({ name: z.string() }),
      body: z.object({ to: z.string().max(200).default("*") }).nullish(),
      response: { 200: LineJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const { name } = request.params;
      const to = request.body?.to ?? "*";
      const tested = await deps.channels.test({ channel: name, to, actor: actorOf(request) });
      const site = deps.site();
      if (!tested.ok) return refuse(reply, tested.error, langOf(request, site.lang));
      const kind = site.notify.channels.get(name)?.kind ?? "";
      return { channel: name, kind, to, last: testView(tested.value, site) };
    },
  });
}

function lineView({ channel, kind, to, last }: ChannelLine, site: Site): z.input<typeof LineJson> {
  return { channel, kind, to, last: last === null ? null : testView(last, site) };
}

function testView({ at, actor, result, text }: ChannelTest, { timeZone }: Site): z.input<typeof TestJson> {
  return { at: rfc3339(at.atMs, timeZone), by: actor, result, text };
}
