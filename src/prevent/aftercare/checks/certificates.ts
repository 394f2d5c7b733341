import type { AftercareCheck, AftercareInput, Repair } from "../../../kernel/model/aftercare.ts";
import { repairText } from "../../../words/aftercare-repairs.ts";
import { keyed, look, outcome, unobserved } from "../outcome.ts";
import { answerOf, watched } from "../outside.ts";
import { oneUnit } from "../repairs/units.ts";
import { initOf, unitStates } from "../units.ts";
import type { CheckStatus } from "../../../kernel/model/status.ts";

/** The certificates that are served are those from before, whole and in their time by a clock that is right. */
export const certificates: AftercareCheck = {
  id: "certificates",
  group: "checks",
  weight: "critical",
  needs: ["certs", "units", "os"],
  after: ["clock-offset", "reachable", "services-answer"],
  isWaivable: true,
  appliesTo: ({ outsideBefore, outsideAfter }) =>
    [outsideBefore, outsideAfter].some((view) => Object.keys(view?.certificates ?? {}).length > 0),
  compare(input) {
    const { outsideBefore, outsideAfter } = input;
    const names = new Map(outsideAfter.checks.map(({ id, name }) => [id, name]));
    const bad = watched(outsideAfter).filter((check) => answerOf(check) === "silent" && isOfTls(check));
    const pairs = Object.keys({ ...outsideBefore?.certificates, ...outsideAfter.certificates }).map((id) => ({
      name: names.get(id) ?? id,
      was: outsideBefore?.certificates[id] ?? null,
      is: outsideAfter.certificates[id] ?? null,
    }));
    const other = pairs.filter(({ was, is }) => was !== null && is !== null && was !== is);
    const unseen = pairs.filter(({ was, is }) => is === null || was === null);
    const waiting = other.length === 0 ? changedFiles(input) : [];
    const facts = { servedCount: pairs.length, changedCount: other.length, waitingCount: waiting.length };
    const items = [
      ...bad.map(({ name }) => name),
      ...other.map(({ name, was, is }) => `${name}: ${was} → ${is}`),
      ...waiting,
    ];
    const repairs = bad.length > 0 || waiting.length > 0 ? reload(input) : [];
    if (bad.length > 0) return outcome("fail", { facts, items, repairs });
    if (items.length > 0) return outcome("warn", { facts, items, repairs });
    if (unseen.length === 0) return outcome("pass", { facts });
    return unobserved(unseen.some(({ is }) => is === null) ? "no-reading" : "no-before", facts);
  },
};

function isOfTls({ kind, cells }: CheckStatus): boolean {
  return kind === "tls" || cells.some(({ last }) => last?.layer === "tls");
}

/** Files that were replaced while what is served stayed: nobody read them yet. */
function changedFiles({ before, after }: AftercareInput): readonly string[] {
  const was = keyed(look(before, "certs", "before").section ?? {}, "cert");
  const now = keyed(look(after, "certs", "after").section ?? {}, "cert");
  return [...was].filter(([path, value]) => now.has(path) && now.get(path) !== value).map(([path]) => path);
}

const servers = /^(?:nginx|httpd|apache2|haproxy|lighttpd|caddy|postfix|dovecot)(?:\.service)?$/;

function reload(input: AftercareInput): readonly Repair[] {
  const units = look(input.after, "units", "after").section ?? {};
  const running = [...unitStates(units)].filter(([unit, { active }]) => active === "active" && servers.test(unit));
  const init = initOf(input.after, input.before);
  return running.map(([unit]) =>
    oneUnit(
      { id: `reload/${unit}`, title: repairText((say) => say.reloadForCertificate), verb: "reload" },
      { unit, init },
    ),
  );
}
