import type { Clock } from "../../kernel/clock.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { SheetFacts } from "../../kernel/ports-restore.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { restoreOrder } from "../order/service-order.ts";
import { jobsOfSite, servicesOf } from "../order/site-order.ts";
import { listSets, shownRepo, sourcesOf } from "./copies.ts";

interface SheetDeps {
  readonly clock: Clock;
  readonly workplace: Workplace;
  readonly site: Site | null;
}

/** What the printed sheet says. A repository that cannot be read now leaves its ids open; the rest is said all the same. */
export async function sheetFacts(deps: SheetDeps, key: string): Promise<SheetFacts> {
  const { site } = deps;
  const plan = site?.backups?.get(key);
  if (site === null || plan === undefined) throw new KoboshiError("KB1002", { what: key });
  const copies = await Promise.all(plan.to.map((target) => copyOf(deps, plan, target)));
  const keys = [...site.people.values()].filter((person) => person.keys?.includes(key) === true);
  return {
    site: site.name,
    plan: key,
    host: plan.host,
    hostAddress: site.hosts.get(plan.host)?.address ?? null,
    paths: plan.paths,
    databases: plan.databases,
    keyAlso: plan.keyAlso,
    keySource: plan.password?.source ?? null,
    keyHolders: keys.map(({ name }) => name),
    copies,
    order: orderOf(site),
    people: [...site.people.values()].map(({ name, phone, mail }) => ({ name, phone, mail })),
    providers: [...site.providers.values()].map(({ key: name, support }) => ({
      name,
      phone: support.phone,
      account: support.account,
    })),
  };
}

function orderOf(site: Site): SheetFacts["order"] {
  const plans = site.backups ?? new Map<string, BackupPlan>();
  return restoreOrder(jobsOfSite(site, new Map(), null)).order.flatMap((job) => {
    const plan = plans.get(job.key);
    return plan === undefined ? [] : [{ plan: job.key, services: servicesOf(site, plan).map(({ name }) => name) }];
  });
}

async function copyOf(
  { clock, workplace, site }: SheetDeps,
  plan: BackupPlan,
  target: BackupPlan["to"][number],
): Promise<SheetFacts["copies"][number]> {
  const provider = site?.places.get(target.at)?.provider ?? null;
  const liesOnHost = target.repo !== null && /^(?:local:)?\//.test(target.repo);
  const shown = { ...target, repo: target.repo === null ? null : shownRepo(target.repo) };
  try {
    const sets = await listSets(
      { clock, workplace, newest: 1 },
      sourcesOf(site, { kind: "plan", plan: plan.key, place: target.at }),
    );
    return { target: shown, provider, liesOnHost, record: sets[0]?.record ?? null, trouble: null };
  } catch (thrown) {
    if (!(thrown instanceof KoboshiError)) throw thrown;
    return {
      target: shown,
      provider,
      liesOnHost,
      record: null,
      trouble: String(thrown.facts["text"] ?? errorText(thrown)),
    };
  }
}
