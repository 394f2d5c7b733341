import { shellWord, shellWords } from "../kernel/shell-word.ts";

/** What starts a host's services. */
export type Init = "systemd" | "upstart" | "sysv";

/** The commands by which one kind of host starts, stops and asks after its services. */
interface ServiceCommands {
  start(unit: string): string;
  stop(unit: string): string;
  restart(unit: string): string;
  reload(unit: string): string;
  enable(unit: string): string;
  /** the same, and shows that it is so: `enabledText` stands in what it prints */
  enableAndShow(unit: string): string;
  disable(unit: string): string;
  /** fails unless every one of them runs, now and after `waitSeconds` as the same process */
  runs(units: readonly string[], waitSeconds: number): string;
  /** fails unless every one of them starts at boot */
  startsAtBoot(units: readonly string[]): string;
}

/** In the output of `enableAndShow` when the service starts at boot. */
export const enabledText = "starts at boot";

/** An init script knows no suffix. */
function stem(unit: string): string {
  return shellWord(unit.replace(/\.service$/, ""));
}

const systemd: ServiceCommands = {
  start: (unit) => `systemctl reset-failed -- ${shellWord(unit)} 2>/dev/null; systemctl start -- ${shellWord(unit)}`,
  stop: (unit) => `systemctl stop -- ${shellWord(unit)}`,
  restart: (unit) => `systemctl restart -- ${shellWord(unit)}`,
  reload: (unit) => `systemctl reload -- ${shellWord(unit)}`,
  enable: (unit) => `systemctl enable -- ${shellWord(unit)}`,
  enableAndShow: (unit) =>
    `systemctl enable -- ${shellWord(unit)} && systemctl is-enabled -- ${shellWord(unit)} && echo '${enabledText}'`,
  disable: (unit) => `systemctl disable -- ${shellWord(unit)}`,
  runs(units, waitSeconds) {
    const all = shellWords(units);
    const ask = `systemctl show -p Id -p MainPID -p NRestarts -- ${all}`;
    const same = waitSeconds === 0 ? "" : `a=$(${ask}); sleep ${waitSeconds}; [ "$a" = "$(${ask})" ] || exit 1; `;
    // asked for several at once, is-active is content with one
    return `${same}for u in ${all}; do systemctl is-active -- "$u" || exit 1; done`;
  },
  startsAtBoot: (units) => `for u in ${shellWords(units)}; do systemctl is-enabled -- "$u" || exit 1; done`,
};

function enableScript(unit: string): string {
  return `if command -v chkconfig >/dev/null; then chkconfig ${stem(unit)} on; else update-rc.d ${stem(unit)} defaults && update-rc.d ${stem(unit)} enable; fi`;
}

const sysv: ServiceCommands = {
  start: (unit) => `service ${stem(unit)} start`,
  stop: (unit) => `service ${stem(unit)} stop`,
  restart: (unit) => `service ${stem(unit)} restart`,
  reload: (unit) => `service ${stem(unit)} reload`,
  enable: enableScript,
  enableAndShow: (unit) =>
    `${enableScript(unit)} && ls /etc/rc[2345].d/S[0-9][0-9]${stem(unit)} && echo '${enabledText}'`,
  disable: (unit) =>
    `if command -v chkconfig >/dev/null; then chkconfig ${stem(unit)} off; else update-rc.d ${stem(unit)} disable; fi`,
  runs(units, waitSeconds) {
    const wait = waitSeconds === 0 ? "" : `sleep ${waitSeconds}; `;
    return `${wait}for u in ${units.map((unit) => stem(unit)).join(" ")}; do service "$u" status || exit 1; done`;
  },
  startsAtBoot: (units) =>
    `for u in ${units.map((unit) => stem(unit)).join(" ")}; do ls /etc/rc[2345].d/S[0-9][0-9]"$u" || exit 1; done`,
};

/** Only jobs of its own; what has an init script is started by that. */
const upstart: ServiceCommands = {
  ...sysv,
  start: (unit) => `initctl start ${stem(unit)} || service ${stem(unit)} start`,
  stop: (unit) => `initctl stop ${stem(unit)} || service ${stem(unit)} stop`,
  restart: (unit) => `initctl restart ${stem(unit)} || service ${stem(unit)} restart`,
  reload: (unit) => `initctl reload ${stem(unit)} || service ${stem(unit)} reload`,
};

const commands: Readonly<Record<Init, ServiceCommands>> = { systemd, sysv, upstart };

export function serviceCommands(init: Init): ServiceCommands {
  return commands[init];
}
