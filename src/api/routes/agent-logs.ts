import type { FastifyInstance } from "fastify";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { LogDesk } from "../../kernel/ports-logs.ts";
import { z } from "zod";
import { decodeSentLogs, longestSentBytes } from "../agent-logs.ts";
import { answer, langOf } from "../answer.ts";
import { mayWriteHost } from "../agent-access.ts";

interface Deps {
  site(): Site;
  readonly logs: Pick<LogDesk, "takeSent">;
}

const Key = z.object({ key: z.string().min(1).max(200) });

/** What an agent follows on its own host. Only this host's token, or one that may do all, is taken. */
export function agentLogsRoute(app: FastifyInstance, { site, logs }: Deps): void {
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => parsed(null, body));
    scope.post(
      "/api/v1/hosts/:key/logs",
      {
        config: { authority: "token", scope: "agent" },
        bodyLimit: longestSentBytes,
        schema: { summary: "Log lines an agent followed on its own host", params: Key },
      },
      async (request, reply) => {
        const { key } = request.params as z.infer<typeof Key>;
        mayWriteHost(request, key);
        const sent = Buffer.isBuffer(request.body) ? decodeSentLogs(key, request.body) : null;
        if (sent === null) throw new KoboshiError("KB4203", { host: key });
        const taken = await logs.takeSent(sent);
        return answer(reply, taken, { lang: langOf(request, site().lang), render: (value) => value });
      },
    );
    done();
  });
}
