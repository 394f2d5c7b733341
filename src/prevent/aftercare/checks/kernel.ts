import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { comparing, isRead, keyed, outcome } from "../outcome.ts";

/** The kernel that runs is the one before, or the newest that is installed; its command line is the same. */
export const kernel: AftercareCheck = {
  id: "kernel",
  group: "packages",
  weight: "info",
  needs: ["os"],
  after: ["same-machine"],
  isWaivable: true,
  appliesTo: isRead,
  compare(input) {
    return comparing(input, "os", (before, after) => {
      const [was, is] = [before["kernel"] ?? "", after["kernel"] ?? ""];
      const installed = [...keyed(after, "kernel-installed").keys()].sort(byRelease);
      const newest = installed.at(-1) ?? is;
      const [cmdlineWas, cmdlineIs] = [withoutImage(before["cmdline"]), withoutImage(after["cmdline"])];
      const items = [
        ...(was === is ? [] : [`${was} → ${is}`]),
        ...(cmdlineWas === cmdlineIs ? [] : [`cmdline: ${cmdlineWas} → ${cmdlineIs}`]),
      ];
      const facts = {
        before: was,
        after: is,
        newest,
        isNewest: newest === is,
        isRestartNeeded: after["reboot-required"] === "yes",
      };
      const isOlder = was !== is && byRelease(is, was) < 0;
      return outcome(isOlder || cmdlineWas !== cmdlineIs ? "warn" : "pass", { facts, items });
    });
  },
};

/** The image's name changes with each kernel. */
function withoutImage(cmdline: string | undefined): string {
  return (cmdline ?? "").replace(/\bBOOT_IMAGE=\S+\s*/, "").trim();
}

/** Releases by their numbers: `6.1.0-9` before `6.1.0-13`. */
function byRelease(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  const at = left.findIndex((value, index) => value !== right[index]);
  return at === -1 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? 0);
}

function numbers(release: string): readonly number[] {
  return (release.match(/\d+/g) ?? []).map(Number);
}
