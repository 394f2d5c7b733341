import type { BrowserContext, Page } from "playwright-core";
import { z } from "zod";
import { blind, runAttempt, type Attempt, type Stop } from "../../clients/attempt.ts";
import { createBrowserKeeper, isSandboxed } from "../../clients/browser.ts";
import {
  browse,
  fenceIn,
  noteResponse,
  openPage,
  pagePhase,
  picture,
  smallPicture,
} from "../../clients/browser-page.ts";
import { findChromium } from "../../clients/chromium-print.ts";
import { hostOf, withoutSecrets } from "../../clients/http-visit.ts";
import { printable } from "../../clients/printable.ts";
import { durationField, key, urlField } from "../../kernel/fields.ts";
import { defineProbe, type ProbeContext } from "../../kernel/model/probe.ts";
import { BrowserStep, doSteps } from "../browser-steps.ts";
import { slowStop } from "../database-check.ts";

const maxSteps = 50;

const schema = z.strictObject({
  browser: key(urlField(["https", "http"]), { ja: "対象の URL", en: "the URL" }),
  steps: key(z.array(BrowserStep).max(maxSteps).optional(), {
    ja: "開いたあとの操作の手順。各行は goto・click・fill・expect_text・wait_for・screenshot のどれか",
    en: "what to do there, in order: each one of goto, click, fill, expect_text, wait_for, screenshot",
  }),
  within: key(durationField().optional(), { ja: "これより遅ければ注意", en: "slower than this is a warning" }),
});
type Spec = z.output<typeof schema>;

/** The one browser of this process; nothing runs until a check of this kind does. */
const keeper = createBrowserKeeper();

/** Whether a page works as a visitor's browser sees it: loads, runs, and lets itself be used. */
export const browser = defineProbe({
  kind: "browser",
  summary: { ja: "本物のブラウザでの操作", en: "steps in a real browser" },
  schema,
  urlSchemes: ["browser+https", "browser+http"],
  fromUrl: (url) => ({ browser: url.href.replace(/^browser\+/, "") }),
  target: (spec) => withoutSecrets(new URL(spec.browser)),
  hosts: (spec) => [...new Set(urlsOf(spec).map((url) => hostOf(new URL(url))))],
  // a browser costs seconds of a core, where other looks cost milliseconds
  defaults: { everyMs: 300_000, timeoutMs: 30_000 },
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec, context)),
});

function urlsOf({ browser: url, steps = [] }: Spec): readonly string[] {
  return [url, ...steps.flatMap((step) => ("goto" in step ? [step.goto] : []))];
}

async function look(attempt: Attempt, spec: Spec, probing: ProbeContext): Promise<Stop | null> {
  const program = findChromium(process.env["CHROMIUM_PATH"]);
  if (program === null) return blind("application", "no-browser", "no Chromium was found on this machine").error;
  attempt.facts["sandbox"] = isSandboxed();
  const used = await keeper.use(attempt, program, (context) => visitAs(attempt, { context, spec, probing }));
  return used.ok ? used.value : used.error;
}

interface Visit {
  readonly context: BrowserContext;
  readonly spec: Spec;
  readonly probing: ProbeContext;
}

async function visitAs(attempt: Attempt, { context, spec, probing }: Visit): Promise<Stop | null> {
  const trusted = new Set([...probing.trustedHosts, ...browser.hosts(spec)]);
  const opened = await openPage(attempt, context);
  if (!opened.ok) return opened.error;
  const { page, note } = opened.value;
  const fenced = await browse(attempt, pagePhase(attempt, { layer: "dns", timing: null }), {
    action: () => fenceIn(page, new URL(spec.browser), trusted),
  });
  if (!fenced.ok) return fenced.error;
  const startedMs = attempt.elapsedMs();
  const stopped =
    (await load(attempt, page, spec)) ??
    (await doSteps(attempt, { page, artifacts: probing.artifacts }, spec.steps ?? []));
  // starting the browser is no part of what a visitor waits for
  const tookMs = Math.round(attempt.elapsedMs() - startedMs);
  attempt.facts["pageMs"] = tookMs;
  note();
  if (attempt.facts["status"] !== undefined) await noteTitle(attempt, page);
  const verdict = stopped ?? slowStop(tookMs, spec.within);
  await keepPicture(attempt, page, { artifacts: probing.artifacts, isFailure: stopped !== null });
  return verdict;
}

async function noteTitle(attempt: Attempt, page: Page): Promise<void> {
  const title = await browse(attempt, pagePhase(attempt, { layer: "application", timing: null }), {
    action: () => page.title(),
  });
  if (title.ok) attempt.facts["title"] = printable(title.value).slice(0, 200);
}

async function load(attempt: Attempt, page: Page, spec: Spec): Promise<Stop | null> {
  const answered = await browse(attempt, pagePhase(attempt, { layer: "protocol", timing: "firstByteMs" }), {
    action: () => page.goto(spec.browser, { waitUntil: "commit" }),
  });
  if (!answered.ok) return answered.error;
  const response = answered.value;
  const status = response === null ? null : await noteResponse(attempt, response);
  if (status !== null) return status;
  const loaded = await browse(attempt, pagePhase(attempt, { layer: "application", timing: "bodyMs" }), {
    action: () => page.waitForLoadState("load"),
  });
  if (!loaded.ok) return loaded.error;
  return null;
}

/** The pictures an attempt ends with; those of steps are PNG, too, and carry the name of the step. */
export const pictureNames = { failure: "failure.jpg", success: "success.png" } as const;

/** The last good sight and the last bad one. */
async function keepPicture(
  attempt: Attempt,
  page: Page,
  { artifacts, isFailure }: { artifacts: ProbeContext["artifacts"]; isFailure: boolean },
): Promise<void> {
  if (artifacts === undefined) return;
  const drawn = isFailure ? await smallPicture(attempt, page) : await picture(attempt, page);
  if (drawn === null) return;
  const name = isFailure ? pictureNames.failure : pictureNames.success;
  attempt.facts["screenshot"] = await artifacts.keep(name, drawn);
}
