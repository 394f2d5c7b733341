import fs from "node:fs";

/** When a process began, in the kernel's ticks: with the number it names one process and no later one; null when it is gone. */
export function startTimeOf(pid: number): string | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // the name may hold blanks; what follows its bracket does not
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

/** Ends a process unless it is another than the one meant. @returns whether it was there */
export function endProcess(pid: number, startTime: string): boolean {
  if (startTimeOf(pid) !== startTime) return false;
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}
