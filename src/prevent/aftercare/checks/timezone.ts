import type { AftercareCheck, AftercareInput, Repair } from "../../../kernel/model/aftercare.ts";
import { shellWord } from "../../../kernel/shell-word.ts";
import { repairText } from "../../../words/aftercare-repairs.ts";
import { comparing, isRead, look, outcome } from "../outcome.ts";
import { serviceCommands } from "../../../hands/service-commands.ts";
import { usualStep } from "../../../hands/usual-step.ts";
import { initOf, isCronDaemon, unitStates } from "../units.ts";

/** The host reckons in the same zone: jobs and logs go by it. */
export const timezone: AftercareCheck = {
  id: "timezone",
  group: "clock",
  weight: "warning",
  needs: ["clock", "os", "units"],
  after: ["same-machine"],
  isWaivable: true,
  appliesTo: isRead,
  compare(input) {
    return comparing(input, "clock", (before, after) => {
      const [was, is] = [before["zone"] ?? null, after["zone"] ?? null];
      const offsets = { offsetBefore: before["zone-offset"] ?? null, offsetAfter: after["zone-offset"] ?? null };
      const facts = { before: was, after: is, ...offsets };
      // one zone has two offsets, by the season
      const isSame = was === null || is === null ? offsets.offsetBefore === offsets.offsetAfter : was === is;
      if (isSame) return outcome("pass", { facts });
      const repairs = was !== null && /^[A-Z][\w+/-]*$/.test(was) ? [setZone(was, input)] : [];
      return outcome("fail", {
        facts,
        items: [`${was ?? offsets.offsetBefore} → ${is ?? offsets.offsetAfter}`],
        repairs,
      });
    });
  },
};

function setZone(zone: string, input: AftercareInput): Repair {
  const init = initOf(input.after, input.before);
  const file = `/usr/share/zoneinfo/${zone}`;
  const byLink = `test -f ${shellWord(file)} && ln -sf ${shellWord(file)} /etc/localtime && { [ ! -e /etc/timezone ] || printf '%s\\n' ${shellWord(zone)} > /etc/timezone; }`;
  const cron = cronUnit(input);
  return {
    id: "set-zone",
    title: repairText((say) => say.setZone(zone)),
    steps: [
      usualStep({
        id: "zone",
        says: repairText((say) => say.setZone(zone)),
        command: init === "systemd" ? `timedatectl set-timezone ${shellWord(zone)} || { ${byLink}; }` : byLink,
      }),
      ...(cron === null
        ? []
        : [
            usualStep({
              id: "restart-cron",
              says: repairText((say) => say.restartCron),
              command: serviceCommands(init).restart(cron),
            }),
          ]),
      usualStep({
        id: "verify",
        says: repairText((say) => say.zoneSeen),
        command: `[ "$(TZ=${shellWord(zone)} date +%z)" = "$(date +%z)" ] && date '+%Z %z'`,
      }),
    ],
    isSafeTwice: true,
    warnings: [],
  };
}

function cronUnit({ after }: AftercareInput): string | null {
  const units = look(after, "units", "after").section ?? {};
  const found = [...unitStates(units)].find(
    ([name, { active }]) => name.startsWith("cron") && isCronDaemon(name) && active === "active",
  );
  return found?.[0] ?? null;
}
