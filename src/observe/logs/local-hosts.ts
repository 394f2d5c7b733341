import os from "node:os";
import type { Host } from "../../kernel/model/site.ts";

/** Whether a host of the file is the machine the hub runs on, so that its files can be read without a connection. */
export function isThisMachine(host: Pick<Host, "address" | "key" | "look">): boolean {
  if (host.address === null && host.look?.by !== "agent") return host.look === null;
  const address = (host.address ?? host.key).toLowerCase();
  if (address === "localhost" || address === "::1" || address.startsWith("127.")) return true;
  if (address === os.hostname().toLowerCase()) return true;
  return Object.values(os.networkInterfaces()).some(
    (cards) => cards?.some((card) => card.address === address) === true,
  );
}
