import { KoboshiError } from "../../src/kernel/errors.ts";
import type { HostDesk } from "../../src/kernel/ports-hosts.ts";
import { err } from "../../src/kernel/result.ts";

/** A hub that looks into no machine. */
export const noHosts: HostDesk = {
  hosts: () => [],
  host: () => null,
  lookNow: (key) => Promise.resolve(err(new KoboshiError("KB1002", { what: key }))),
  ask: (key) => Promise.resolve(err(new KoboshiError("KB1002", { what: key }))),
  confirmKey: ({ key }) => Promise.resolve(err(new KoboshiError("KB1002", { what: key }))),
  receive: ({ key }) => Promise.resolve(err(new KoboshiError("KB1002", { what: key }))),
  pack: () => null,
  attentions: () => [],
};
