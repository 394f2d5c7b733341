import type { ComponentId } from "../../src/kernel/model/component.ts";
import type { CauseAt } from "../../src/kernel/model/diagnosis.ts";
import type { ScopeId } from "../../src/kernel/model/scope.ts";

export interface Fault {
  readonly id: string;
  readonly causes: readonly CauseAt[];
  readonly scope: ScopeId;
  /** the machine has no controller to ask */
  readonly withoutController: boolean;
}

/** `id causes scope`, causes joined by `+`; a `-` at the end: without a controller. */
const table = `
f01 client-device-issue@vantage:pc1 only-me
f02 client-device-issue@vantage:pc1 only-me
f03 client-lan-down@lan:office local-lan
f04 isp-path-outage@isp:o path
f05 network-latency-loss@segment:seg1 segment
f06 firewall-block@host:web1 host
f07 firewall-block@host:web1 host
f08 segment-device-failure@segment:seg1 segment
f09 host-network-misconfig@host:web1 host
f10 dns-record-wrong@domain:shop.test name
f11 dns-server-failure@domain:shop.test name
f12 domain-expired@domain:shop.test name
f13 tls-cert-invalid@cert:shop.test name
f14 tls-cert-invalid@cert:shop.test name
f15 hardware-failure@host:web1 host
f16 hardware-degraded@host:web1 host
f17 disk-failure@host:web1 host
f18 os-hang-or-panic@host:web1 host
f19 os-hang-or-panic@host:web1 host
f20 cpu-saturation@host:web1 host
f21 noisy-neighbor@host:web1 host
f22 memory-exhaustion@host:web1 host
f23 disk-io-saturation@host:web1 host
f24 disk-full@host:web1 host
f25 disk-full@host:web1 host
f26 os-limit-exhaustion@host:web1 host
f27 bandwidth-saturation@host:web1 host
f28 service-crash@service:mail service
f29 service-crash@service:app service
f30 service-hang@service:mail service
f31 service-hang@service:app service
f32 worker-pool-exhaustion@service:app service
f33 service-not-started@service:web service
f34 slow-endpoint@service:app service
f35 proxy-timeout-too-small@service:web service
f36 external-dependency-failure@service:ext service
f37 db-slow@service:db service
f38 db-connection-exhaustion@service:db service
f39 db-crash-or-corruption@service:db service
f40 mail-flood@service:mail service
f41 mail-delivery-blocked@service:mail service
f42 mailbox-quota-full@service:mail service
f43 clock-drift@host:web1 host
f44 cron-missed@host:web1 host
f45 clock-drift@host:web1+cron-missed@host:web1 host
f46 data-deleted@host:web1 host
f47 data-deleted@host:web1+backup-lost-or-stale@repository:bk1 host
f48 restored-data-inconsistent@host:web1 host
f49 backup-lost-or-stale@repository:bk1 host
f50 config-change-error@service:web service
f51 update-regression@service:app service
f52 provider-maintenance@provider:p1 provider
f53 provider-outage@provider:p1 provider -
f54 site-power-or-disaster@place:dc1 site
f55 account-suspended@account:a1 provider -
f56 attack-flood@service:web service
f57 intrusion-or-defacement@host:web1 host
f58 traffic-surge@service:web service
f59 monitor-fault@vantage:va monitor
f60 service-crash@service:mail+client-lan-down@lan:office service`;

/** The sixty faults of the specification, in the town. */
export const faults: readonly Fault[] = table
  .trim()
  .split("\n")
  .map((line) => {
    const [id = "", causes = "", scope = "none", mark] = line.split(" ");
    return { id, causes: causes.split("+").map(causeAt), scope: scope as ScopeId, withoutController: mark === "-" };
  });

export function causeAt(text: string): CauseAt {
  const [id = "", component] = text.split("@");
  return { id, component: (component ?? null) as ComponentId | null };
}
