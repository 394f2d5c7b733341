import { tidyGroups } from "./cgroups.ts";
import { endHelper, hostOf, type CommandDeps } from "./commands.ts";
import type { Host } from "./host.ts";
import { stopAll } from "./hub.ts";
import { asService, type Service } from "./services.ts";

export interface Healer {
  heal(): Promise<void>;
}

interface HealDeps extends CommandDeps {
  readonly group: string;
  readonly seed: number;
  startHub(): Promise<void>;
}

const configured = ["web1", "web2", "host3", "guest", "dns1", "hub", "bk1", "bk2"];
const helpers = ["db-exhaust", "db-slow", "bulk-send", "bulk-take"];

/** Remembers how everything is now, to bring it back to that. */
export async function createHealer(deps: HealDeps): Promise<Healer> {
  const { hosts, network, services, states, group, seed, startHub } = deps;
  const mounts = new Map<string, string>();
  await Promise.all(
    [...hosts.values()].map(async (host) => {
      mounts.set(host.name, await host.must("cut -d ' ' -f 2 /proc/self/mounts | sort"));
      if (configured.includes(host.name)) await host.must(remember);
    }),
  );
  return {
    async heal() {
      // what is mended under its eyes would be one more incident
      await stopAll(
        hosts,
        services.filter(({ name, on }) => name === "vantage" || (on === "hub" && name === "hub")),
      );
      states.clear();
      states.write("load", { level: "idle", seed });
      tidyGroups(group);
      await network.reset();
      await Promise.all([...hosts.values()].map((host) => settle(host, mounts.get(host.name) ?? "")));
      await Promise.all(configured.map((name) => hostOf(deps, name).must(bringBack)));
      await hostOf(deps, "web1").must(asNew);
      const servers = services.filter(({ name, on }) => name !== "vantage" && !(on === "hub" && name === "hub"));
      const places = new Set(servers.map(({ on }) => on));
      await Promise.all([...places].map((on) => restartDead(hostOf(deps, on), servers)));
      states.write("load", { level: "normal", seed });
      await startHub();
    },
  };
}

/** What scripts left running is ended, what was stopped goes on, what was mounted since is unmounted. */
async function settle(host: Host, mounts: string): Promise<void> {
  for (const helper of helpers) await endHelper(host, helper);
  await host.run(`unset LD_PRELOAD
for pid in $(ls /proc | grep -E '^[0-9]+$'); do
  [ "$pid" = 1 ] || [ "$pid" = $$ ] && continue
  kill -CONT "$pid" 2>/dev/null
  tr '\\0' '\\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx LAB_RUN=1 && [ "$(cut -d ' ' -f 4 "/proc/$pid/stat")" != $$ ] && kill -9 "$pid" 2>/dev/null
done
cut -d ' ' -f 2 /proc/self/mounts | sort | while read -r mounted; do
  echo "${mounts.trim().replaceAll("\n", ":")}" | tr ':' '\\n' | grep -qxF "$mounted" || umount -l "$mounted"
done
sessions=/var/lib/shop/sessions
if [ -e $sessions.img ] && { grep -q " $sessions [^ ]* [^ ]*emergency_ro" /proc/self/mounts || ! mountpoint -q $sessions; }; then
  umount -l $sessions
  e2fsck -fy $sessions.img >/dev/null 2>&1
  mount $sessions
fi
for mounted in / /var/spool /var/lib/shop/sessions; do mountpoint -q "$mounted" && mount -o remount,rw "$mounted" 2>/dev/null; done
:`);
}

/** No queue, no session, no line in a log. */
const asNew = `echo normal >/run/shop/mode
find /var/lib/shop/sessions -mindepth 1 -delete
postsuper -d ALL >/dev/null 2>&1
find /var/log -type f -size +0 -exec sh -c 'for file; do : >"$file"; done' sh {} +
:`;

const kept = "/etc /var/www /srv /usr/local/sbin";
/** A company of long standing: what was set up a minute ago would pass for somebody's change. */
const remember = `unset LD_PRELOAD
mkdir -p /var/lib/kept
find ${kept} /opt /usr/local/etc -xdev -type f -mmin -240 -exec touch -d '40 days ago' {} + 2>/dev/null
tar -cf /var/lib/kept/files.tar ${kept} 2>/dev/null
tar -tf /var/lib/kept/files.tar | sort >/var/lib/kept/list
touch /var/lib/kept/at`;

/** Files as they were, with the time they had; files that were not there go. */
const bringBack = `unset LD_PRELOAD
cd /
tar -xf /var/lib/kept/files.tar --overwrite 2>/dev/null
find ${kept} -newer /var/lib/kept/at \\( -type f -o -type l \\) 2>/dev/null | while read -r file; do
  grep -qxF "\${file#/}" /var/lib/kept/list || rm -f "$file"
done
:`;

/** Servers that read their files only at their start are restarted when a file of theirs was brought back or they are gone. */
async function restartDead(host: Host, services: readonly Service[]): Promise<void> {
  for (const { on, status, start, stop, name } of services) {
    if (on !== host.name) continue;
    const { code } = await host.run(status);
    if (code !== 0) await host.run(`${asService}\n${stop}\n${start}`);
    else if (reloads[name] !== undefined) await host.run(`${asService}\n${reloads[name]}`);
  }
}

const reloads: Readonly<Record<string, string>> = {
  web: "apachectl graceful",
  nginx: "nginx -s reload",
  postfix: "postfix reload >/dev/null 2>&1",
  dovecot: "doveadm reload",
  dns: "nsd-control reload >/dev/null 2>&1; :",
};
