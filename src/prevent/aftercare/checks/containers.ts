import type { AftercareCheck, Repair } from "../../../kernel/model/aftercare.ts";
import { shellWord, shellWords } from "../../../kernel/shell-word.ts";
import { repairText } from "../../../words/aftercare-repairs.ts";
import { comparing, keyed, listed, sees } from "../outcome.ts";
import { usualStep } from "../../../hands/usual-step.ts";

/** The containers that ran before run, of the same images. */
export const containers: AftercareCheck = {
  id: "containers",
  group: "containers",
  weight: "critical",
  needs: ["svc"],
  after: ["same-machine", "mounts", "network", "units-running"],
  isWaivable: true,
  appliesTo: (input) => sees(input, "svc", (svc) => keyed(svc, "container").size > 0),
  compare(input) {
    return comparing(input, "svc", (before, after) => {
      const [was, now] = [keyed(before, "container"), keyed(after, "container")];
      const gone = [...was.keys()].filter((name) => !now.has(name));
      const other = [...was].filter(([name, image]) => now.has(name) && now.get(name) !== image);
      return listed("fail", {
        items: [...gone, ...other.map(([name, image]) => `${name}: ${image} → ${now.get(name)}`)],
        facts: { goneCount: gone.length, otherImageCount: other.length, checkedCount: was.size },
        repairs: gone.length === 0 ? [] : [start(gone)],
      });
    });
  },
};

/** Whichever of the two engines knows the name. */
function engine(verb: string): string {
  return `if command -v docker >/dev/null && docker inspect -- "$n" >/dev/null 2>&1; then docker ${verb}; else podman ${verb}; fi`;
}

function start(names: readonly string[]): Repair {
  const seen = `for n in ${shellWords(names)}; do [ "$(${engine(`inspect -f '{{.State.Running}}' -- "$n"`)})" = true ] || exit 1; done`;
  return {
    id: "start-containers",
    title: repairText((say) => say.startContainers),
    steps: [
      ...names.map((name, index) =>
        usualStep({
          id: `start-${index + 1}`,
          says: repairText((say) => say.startContainer(name)),
          command: `n=${shellWord(name)}; ${engine('start -- "$n"')}`,
          undo: `n=${shellWord(name)}; ${engine('stop -- "$n"')}`,
        }),
      ),
      usualStep({ id: "verify", says: repairText((say) => say.containersRun), command: seen }),
    ],
    isSafeTwice: true,
    warnings: [],
  };
}
