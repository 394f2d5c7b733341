import { tagged, type HostSection } from "../host/frame.ts";
import { entries, type Entries } from "./entries.ts";

/** `c notAfter=Feb  1 00:00:00 2027 GMT|sha256 Fingerprint=AB:…| /etc/nginx/site.pem` */
export function certsOf({ lines }: HostSection): Entries {
  const read = tagged(lines, "c").flatMap((row): readonly (readonly [string, string])[] => {
    const [, facts = "", path = ""] = /^(.*)\| (\/.*)$/.exec(row) ?? [];
    const until = /notAfter=([^|]+)/.exec(facts)?.[1] ?? "?";
    const print = /Fingerprint=([0-9A-F:]+)/i.exec(facts)?.[1];
    return path === "" || print === undefined ? [] : [[`cert ${path}`, `SHA256:${print} until ${until}`]];
  });
  const closed = tagged(lines, "unread").map((path) => [`cert ${path}`, "unread"] as const);
  return entries([...read, ...closed]);
}
