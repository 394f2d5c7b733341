import Fastify, { type FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { refuseThrown } from "../../src/api/errors.ts";
import type { ApiDeps } from "../../src/api/deps.ts";
import { guardListener } from "../../src/api/guard.ts";
import { eventRoutes } from "../../src/api/routes/events.ts";
import { hostRoutes } from "../../src/api/routes/hosts.ts";
import { sha256 } from "../../src/api/tokens.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import { registerWeb } from "../../src/web/routes.ts";
import { deskOf, hostStatus, readingOf } from "../doubles/host-readings.ts";
import { cliToken, silentLog, startWeb, type WebFixture } from "./web-fixture.ts";

/** The fixture's hub with three hosts: one ill, one whose key waits for a person, one nobody set up. */
export async function startHostWeb(): Promise<WebFixture & { readonly app: FastifyInstance }> {
  const web = await startWeb();
  const { clock } = web;
  const now = stampNow(clock);
  const hosts = deskOf([
    hostStatus({ key: "new", silence: { reason: "not-set-up", text: "", since: now }, by: null, state: "unknown" }),
    hostStatus({
      key: "db1",
      state: "warning",
      silence: { reason: "key-unconfirmed", text: "SHA256:abc", since: now },
      hostKey: { pinned: null, pinnedBy: null, seen: "SHA256:abc" },
    }),
    hostStatus({
      key: "web1",
      at: "sakura",
      state: "down",
      reading: readingOf(clock.nowMs()),
      readAt: now,
      clock: { offsetSeconds: 0.012, uncertaintySeconds: 0.02, source: "ssh", at: now },
      findings: [
        {
          kind: "disk-full",
          item: "/var",
          severity: "critical",
          facts: { usedRatio: 0.97, freeBytes: 3 * 1_024 ** 3, sizeBytes: 100 * 1_024 ** 3 },
        },
      ],
    }),
  ]);
  for (let minute = 0; minute < 60; minute++) {
    const atMs = clock.nowMs() - minute * 60_000;
    for (const name of ["loadOne", "receivedBytesPerSecond", "sentBytesPerSecond", "clockOffsetSeconds"])
      web.telemetry.append.metric({ name, subject: "host:web1", labels: {}, value: minute / 10, atMs });
  }
  const app = Fastify({ forceCloseConnections: true });
  const { site, ledger } = web.deps;
  guardListener(app, "admin", { site, ledger, clock, cliTokenHash: sha256(cliToken) });
  await app.register((scope, _options, done) => {
    scope.setValidatorCompiler(validatorCompiler);
    scope.setSerializerCompiler(serializerCompiler);
    scope.setErrorHandler<Error>((thrown, request, reply) =>
      refuseThrown(thrown, { request, reply, site: site(), log: silentLog }),
    );
    hostRoutes(scope, { site, hosts });
    done();
  });
  // pages believe they are cut off without it
  eventRoutes(app, { site, ledger, clock, live: { subscribe: () => () => undefined } } as Partial<ApiDeps> as ApiDeps);
  await registerWeb(app, { ...web.deps, hosts });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    ...web,
    app,
    url,
    async close() {
      await app.close();
      await web.close();
    },
  };
}
