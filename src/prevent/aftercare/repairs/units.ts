import type { Repair } from "../../../kernel/model/aftercare.ts";
import { repairText } from "../../../words/aftercare-repairs.ts";
import { serviceCommands, type Init } from "../../../hands/service-commands.ts";
import { usualStep } from "../../../hands/usual-step.ts";

/** Long enough for a daemon that cannot live to have died. */
const stayUpSeconds = 30;
const mostUnits = 40;

/** What others stand on comes first: names and networks, databases, caches, what computes, mail, what faces the visitor. */
const order: readonly RegExp[] = [
  /^(?:network|NetworkManager|systemd-(?:networkd|resolved)|named|bind9|unbound|nscd|sssd|rpcbind|nfs|iscsi|multipath|dbus)/,
  /^(?:mysql|mariadb|postgres|pgsql|mongo|couchdb|cassandra|influx|clickhouse|slapd|oracle|db2|etcd)/,
  /^(?:redis|valkey|memcached|keydb|rabbitmq|kafka|zookeeper|elasticsearch|opensearch|minio|docker|containerd|libvirtd)/,
  /^(?:php|tomcat|jetty|gunicorn|uwsgi|puma|unicorn|sidekiq|celery|node|pm2|jboss|wildfly|app)/,
  /^(?:dovecot|postfix|exim|sendmail|opendkim|amavis|spamassassin|rspamd|clam|saslauthd)/,
  /^(?:nginx|httpd|apache|haproxy|varnish|squid|lighttpd|caddy|traefik|envoy|pound|vsftpd|proftpd)/,
];

/** After the databases and caches, before what serves them. */
const unknownRank = 3;

function rank(unit: string): number {
  const found = order.findIndex((names) => names.test(unit));
  return found === -1 ? unknownRank : found;
}

export function inStartOrder(units: readonly string[]): readonly string[] {
  return [...new Set(units)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Starts them one after another and sees that they live; null: there is none to start. */
export function startUnits(wanted: readonly string[], init: Init): Repair | null {
  const units = inStartOrder(wanted).slice(0, mostUnits);
  if (units.length === 0) return null;
  const manager = serviceCommands(init);
  const unknown = units.filter((unit) => !order.some((names) => names.test(unit)));
  return {
    id: "start-units",
    title: repairText((say) => say.startUnits),
    steps: [
      ...units.map((unit, index) =>
        usualStep({
          id: `start-${index + 1}`,
          says: repairText((say) => say.startUnit(unit)),
          command: manager.start(unit),
          undo: manager.stop(unit),
        }),
      ),
      usualStep({
        id: "verify",
        says: repairText((say) => say.unitsStayUp),
        command: manager.runs(units, stayUpSeconds),
        timeoutMs: (stayUpSeconds + 60) * 1_000,
      }),
    ],
    isSafeTwice: unknown.length === 0 ? true : null,
    warnings: unknown.length === 0 ? [] : [repairText((say) => say.customUnit(unknown.join(", ")))],
  };
}

/** Has them start at boot again; null: there is none. */
export function enableUnits(wanted: readonly string[], init: Init): Repair | null {
  const units = [...new Set(wanted)].slice(0, mostUnits);
  if (units.length === 0) return null;
  const manager = serviceCommands(init);
  return {
    id: "enable-units",
    title: repairText((say) => say.enableUnits),
    steps: [
      ...units.map((unit, index) =>
        usualStep({
          id: `enable-${index + 1}`,
          says: repairText((say) => say.enableUnit(unit)),
          command: manager.enable(unit),
          undo: manager.disable(unit),
        }),
      ),
      usualStep({
        id: "verify",
        says: repairText((say) => say.unitsEnabled),
        command: manager.startsAtBoot(units),
      }),
    ],
    isSafeTwice: true,
    warnings: [],
  };
}

/** One service started, restarted or reloaded, and seen to run. */
export function oneUnit(
  how: { readonly id: string; readonly title: Repair["title"]; readonly verb: "start" | "restart" | "reload" },
  { unit, init }: { readonly unit: string; readonly init: Init },
): Repair {
  const manager = serviceCommands(init);
  const says = {
    start: repairText((say) => say.startUnit(unit)),
    restart: repairText((say) => say.restartUnit(unit)),
    reload: repairText((say) => say.reloadUnit(unit)),
  };
  return {
    id: how.id,
    title: how.title,
    steps: [
      usualStep({ id: how.verb, says: says[how.verb], command: manager[how.verb](unit) }),
      usualStep({ id: "verify", says: repairText((say) => say.unitRuns(unit)), command: manager.runs([unit], 0) }),
    ],
    isSafeTwice: true,
    warnings: [],
  };
}
