import { browser } from "./browser.ts";
import { command } from "./command.ts";
import { dns } from "./dns.ts";
import { domain } from "./domain.ts";
import { http } from "./http.ts";
import { icmp } from "./icmp.ts";
import { imap } from "./imap.ts";
import { log } from "./log.ts";
import { mysql } from "./mysql.ts";
import { ntp } from "./ntp.ts";
import { pop3 } from "./pop3.ts";
import { postgres } from "./postgres.ts";
import { redis } from "./redis.ts";
import { roundtrip } from "./roundtrip.ts";
import { smtp } from "./smtp.ts";
import { ssh } from "./ssh.ts";
import { tcp } from "./tcp.ts";
import { tls } from "./tls.ts";
import { websocket } from "./websocket.ts";

/** The only list of probes: adding one is its file and one line here. */
export const probes = [
  browser,
  command,
  dns,
  domain,
  http,
  icmp,
  imap,
  log,
  mysql,
  ntp,
  pop3,
  postgres,
  redis,
  roundtrip,
  smtp,
  ssh,
  tcp,
  tls,
  websocket,
] as const;
