import type { HostIntegrity } from "../../kernel/model/host-service-answers.ts";
import { tagged } from "./frame.ts";

/** The section `integrity`: what dpkg -V or rpm -V finds in the packages of programs that listen. */
export function integrityOf(lines: readonly string[]): HostIntegrity {
  return {
    checked: tagged(lines, "checked").map((row) => row.trim()),
    differing: tagged(lines, "v").flatMap((row): HostIntegrity["differing"] => {
      const match = /^(missing|[^ ]{8,9}) +(c )?(\/.*)$/.exec(row);
      if (match === null) return [];
      const [, flags = "", config, path = ""] = match;
      const change = flags === "missing" ? "missing" : flags[2] === "5" ? "content" : "attributes";
      return [{ path, kind: config === undefined ? "program" : "config", change }];
    }),
  };
}
