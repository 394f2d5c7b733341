import type { FastifyInstance } from "fastify";
import { errorText, KoboshiError } from "../kernel/errors.ts";
import type { Site } from "../kernel/model/site.ts";
import type { AccessDeps } from "./guard.ts";
import { otlpServer, type OtlpRouteDeps } from "./routes/otlp.ts";

/** The listener of OpenTelemetry's receiver, open while the configuration names an address. */
export interface OtlpDoor {
  /** Opens, moves or closes it. An address that cannot be had leaves it closed: `trouble` says why, the hub goes on. */
  use(site: Site): Promise<void>;
  /** KB1203 while its address cannot be listened on */
  trouble(): KoboshiError | null;
  stop(): Promise<void>;
}

export function createOtlpDoor(deps: OtlpRouteDeps & AccessDeps): OtlpDoor {
  let open: { readonly address: string; readonly server: FastifyInstance } | null = null;
  let trouble: KoboshiError | null = null;

  async function close(): Promise<void> {
    const closing = open;
    open = null;
    await closing?.server.close();
  }

  return {
    async use({ intake: { otlp } }) {
      const address = otlp === null ? null : `${otlp.host}:${otlp.port}`;
      if (address === (open?.address ?? null) && trouble === null) return;
      await close();
      trouble = null;
      if (otlp === null || address === null) return;
      const server = otlpServer(deps, otlp.host);
      try {
        await server.listen(otlp);
        open = { address, server };
      } catch (thrown) {
        await server.close();
        const { code } = thrown as NodeJS.ErrnoException;
        trouble = new KoboshiError("KB1203", { address, reason: code ?? "?" }, thrown);
        deps.log.error("OpenTelemetry's listener not opened", { address, error: errorText(thrown) });
      }
    },
    trouble: () => trouble,
    stop: close,
  };
}
