import { http } from "./http.ts";
import { icmp } from "./icmp.ts";
import { smtp } from "./smtp.ts";
import { tcp } from "./tcp.ts";
import { tls } from "./tls.ts";

/** The only list of probes: adding one is its file and one line here. */
export const probes = [http, icmp, smtp, tcp, tls] as const;
