import { createDiagnostician, gatherers, openCatalogue } from "../diagnose/index.ts";
import { siteGraph } from "../kernel/graph.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { BlindSpot } from "../kernel/ports-diagnosis.ts";
import type { CauseAt } from "../kernel/model/diagnosis.ts";
import type { Site } from "../kernel/model/site.ts";
import { createDetector } from "../detect/index.ts";
import { createHereVantage } from "../observe/index.ts";
import { diagnosisWords } from "../words/diagnosis.ts";
import { diagnosisFaceWords } from "../words/diagnosis-faces.ts";
import { componentName } from "../words/incident.ts";
import type { Answer, Context } from "./command.ts";
import { readSite } from "./local-site.ts";
import { createDiagnosisSourcesHere } from "./one-sources.ts";

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const mostShown = 20;
const mostAdded = 5;

/** Which causes what is set up today cannot tell apart, and what would. Looks at nothing. */
export function blindSpotAnswer({
  context,
  causesFolder,
}: {
  readonly context: Context;
  readonly causesFolder: string | null;
}): Answer {
  const { configPath, clock, lang } = context;
  const site = readSite(configPath);
  if (site === null) throw new KoboshiError("KB1002", { what: configPath });
  const { catalogue } = openCatalogue(causesFolder);
  const detector = createDetector({ site, graph: siteGraph(site), clock, log: quiet, openSignals: [] });
  const here = createHereVantage({ clock, log: quiet, site: () => site, report: () => undefined });
  const sources = createDiagnosisSourcesHere({ clock, site, checks: () => detector.checks(), here });
  const diagnostician = createDiagnostician({ clock, log: quiet, catalogue, gatherers: gatherers(sources) });
  const spots = diagnostician.blindSpots(site, detector.checks());
  const say = diagnosisFaceWords(lang);
  const name = (cause: CauseAt): string =>
    causeName(cause, { site, title: catalogue.causes.get(cause.id)?.title[lang] }, lang);
  const lines = spots.slice(0, mostShown).map(({ one, other, distance, add }) =>
    say.blindSpot({
      one: name(one),
      other: name(other),
      distance: distance.toFixed(2),
      add: add === null ? null : add.title[lang],
    }),
  );
  return {
    exit: spots.length === 0 ? 0 : 3,
    json: { items: spots },
    text: [say.blindSpots(spots.length), ...worthAdding(spots, lang), ...lines].join("\n"),
    plain: spots.map(({ one, other, distance }) =>
      [one.id, one.component, other.id, other.component, distance.toFixed(3)].join("\t"),
    ),
    quiet: spots.map(({ one, other }) => `${one.id} ${other.id}`),
  };
}

/** What would tell most of them apart, were it to be seen. */
function worthAdding(spots: readonly BlindSpot[], lang: Context["lang"]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { add } of spots) if (add !== null) counts.set(add.title[lang], (counts.get(add.title[lang]) ?? 0) + 1);
  const say = diagnosisFaceWords(lang);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, mostAdded)
    .map(([title, count]) => say.worthAdding(title, count));
}

function causeName(
  { id, component }: CauseAt,
  { site, title }: { readonly site: Site; readonly title: string | undefined },
  lang: Context["lang"],
): string {
  const named = title ?? id;
  return component === null ? named : diagnosisWords(lang).where(named, componentName(site, component, lang));
}
