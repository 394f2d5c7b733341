import { KoboshiError } from "../kernel/errors.ts";
import type { HubSpec } from "../kernel/model/site.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { isLoopback } from "./access.ts";
import { hasAdmin } from "./accounts-known.ts";

/** `localhost`, 127.x and ::1: only this machine itself can come there. */
export function isOwnMachineOnly({ host }: HubSpec["listen"]): boolean {
  return host.toLowerCase() === "localhost" || isLoopback(host);
}

/**
 * The administration may be reached from other machines only when someone can sign in and change it.
 * @throws KoboshiError KB3005 otherwise
 */
export async function refuseOpenListening(
  ledger: Pick<Ledger, "read">,
  { listen }: Pick<HubSpec, "listen">,
): Promise<void> {
  if (isOwnMachineOnly(listen) || (await hasAdmin(ledger))) return;
  throw new KoboshiError("KB3005", { address: `${listen.host}:${listen.port}` });
}
