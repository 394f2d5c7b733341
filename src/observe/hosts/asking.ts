import { countedFolders, pageWords, pathWord } from "../../clients/host-script.ts";
import type { HostOrder } from "../../clients/host-look.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { HostAnswers, WhySection } from "../../kernel/model/host-answers.ts";
import type { HostSilence } from "../../kernel/ports-hosts.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { noAnswers, readAnswers } from "../../readers/host/read-answers.ts";
import type { HostLine } from "./line.ts";
import { frameIn, sshTargetOf } from "./looking.ts";
import type { Watched } from "./watched.ts";

/** The script ends by itself within three seconds; a machine in trouble needs longer to start it, and then what it is busy with is enough. */
const enoughMs = 7_000;
const deadlineMs = 15_000;

export interface Question {
  readonly line: HostLine;
  /** all when empty */
  readonly sections: readonly WhySection[];
  /** that a check asks for, for the section `direct` */
  readonly pages: readonly string[];
}

/** Asks one host what a diagnosis wants to know. */
export async function askBySsh(clock: Clock, watched: Watched, question: Question): Promise<HostAnswers> {
  const target = sshTargetOf(watched);
  if (target === null) return noAnswers("no-user", clock.nowMs());
  const ends = { afterMs: enoughMs, willDo: (text: string) => toldEnough(text, question.sections) };
  const ran = await question.line.run({ target, sections: wordsOf(watched, question), deadlineMs, ends });
  if (!ran.ok) return noAnswers(ran.error.reason, clock.nowMs());
  const { sentAtMs, receivedAtMs } = ran.value;
  const text = frameIn(ran.value.text);
  return text === null ? noAnswers("not-a-shell", clock.nowMs()) : readAnswers({ text, sentAtMs, receivedAtMs });
}

/** What the processors do tells most of a busy machine; else any answer will do. */
function toldEnough(text: string, sections: readonly WhySection[]): boolean {
  const wantsVmstat = sections.length === 0 || sections.includes("vmstat");
  return wantsVmstat ? text.includes("@@/whyvmstat ") : /@@\/why[a-z]+ /.test(text);
}

function wordsOf({ host }: Watched, { sections, pages }: Omit<Question, "line">): readonly string[] {
  const allowed = host.look?.sudo === "listed" ? ["sudo"] : [];
  return ["why", ...sections, ...allowed, ...countedFolders(host).map(pathWord), ...pageWords(pages)];
}

/** Runs another reading script on one host, over the connection of its looks, and gives its answer in full. */
export async function runBySsh(
  watched: Watched,
  line: HostLine,
  { deadlineMs: withinMs, ...run }: HostOrder & { readonly deadlineMs: number },
): Promise<Result<{ readonly text: string }, { readonly reason: HostSilence }>> {
  const target = sshTargetOf(watched);
  if (target === null) return err({ reason: "no-user" });
  const ran = await line.run({ target, sections: [], deadlineMs: withinMs, run });
  return ran.ok ? ok({ text: ran.value.text }) : err({ reason: ran.error.reason });
}
