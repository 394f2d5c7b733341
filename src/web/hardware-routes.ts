import type { FastifyInstance, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { HardwareStatus } from "../kernel/ports-hardware.ts";
import type { Script } from "./assets.ts";
import type { WebDeps } from "./deps.ts";
import { field } from "./fields.ts";
import { hardwareHostPage } from "./pages/hardware-host.tsx";
import { hardwarePage } from "./pages/hardware.tsx";
import { showPage } from "./read-routes.ts";

const shownTraps = 20;

/** The machines as their controllers tell them. */
export function hardwareWebRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  app.get("/hardware", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const traps = await deps.hardware.traps({ limit: shownTraps });
      return hardwarePage(context, { machines: deps.hardware.hardware(), traps, intake: deps.hardware.trapIntake() });
    }),
  );

  app.get("/hardware/:host", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const status = machineNamed(deps, request);
      return hardwareHostPage(context, {
        status,
        traps: await deps.hardware.traps({ host: status.host, limit: shownTraps }),
      });
    }),
  );

  app.post("/hardware/:host/look", async (request, reply) => {
    const { host } = machineNamed(deps, request);
    const result = await deps.hardware.lookNow(host);
    if (!result.ok) throw result.error;
    return reply.redirect(hardwarePath(host), 303);
  });

  app.post("/hardware/:host/trust", { config: { authority: "admin" } }, async (request, reply) => {
    const { host } = machineNamed(deps, request);
    const fingerprint = field(request, "fingerprint");
    const result = await deps.hardware.trustCertificate({ host, fingerprint, actor: actorOf(request) });
    if (!result.ok) throw result.error;
    return reply.redirect(hardwarePath(host), 303);
  });
}

export function hardwarePath(host: string): string {
  return `/hardware/${encodeURIComponent(host)}`;
}

function machineNamed({ hardware }: WebDeps, request: FastifyRequest): HardwareStatus {
  const { host } = request.params as { host: string };
  const status = hardware.hardwareOf(host);
  if (status === null) throw new KoboshiError("KB1002", { what: host.slice(0, 100) });
  return status;
}
