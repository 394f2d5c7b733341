import type { Page } from "playwright-core";
import { z } from "zod";
import { blind, stop, type Attempt, type Step, type Stop } from "../clients/attempt.ts";
import { browse, pagePhase, picture } from "../clients/browser-page.ts";
import { key, urlField } from "../kernel/fields.ts";
import type { Artifacts } from "../kernel/model/probe.ts";
import type { Secret } from "../kernel/secret.ts";
import { textOrSecretField } from "./probe-fields.ts";

const selector = { ja: "対象の要素(CSS セレクターか text=文字)", en: "the element: a CSS selector, or text=words" };

/** What can be done on a page, one thing a step. */
export const BrowserStep = z.union([
  z.strictObject({ goto: key(urlField(["https", "http"]), { ja: "開く URL", en: "URL to open" }) }),
  z.strictObject({ click: key(z.string().min(1), selector) }),
  z.strictObject({
    fill: key(z.string().min(1), selector),
    value: key(textOrSecretField(), {
      ja: "入力する値。${env:…} や ${file:…} でも書けます",
      en: "what to type; ${env:…} and ${file:…} too",
    }),
  }),
  z.strictObject({ expect_text: key(z.string().min(1), { ja: "見えるべき文字", en: "text that must be seen" }) }),
  z.strictObject({ wait_for: key(z.string().min(1), { ja: "現れるまで待つ要素", en: "element to wait for" }) }),
  z.strictObject({
    screenshot: key(z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/), {
      ja: "画面を残す名前",
      en: "name to keep a picture by",
    }),
  }),
]);
export type BrowserStep = z.output<typeof BrowserStep>;

interface Stage {
  readonly page: Page;
  readonly artifacts: Artifacts | undefined;
}

/** Does the steps in order. @returns why one could not be done, with its number */
export async function doSteps(attempt: Attempt, stage: Stage, steps: readonly BrowserStep[]): Promise<Stop | null> {
  for (const [index, step] of steps.entries()) {
    const done = await doStep(attempt, stage, step);
    attempt.facts["stepsDone"] = index + (done.ok ? 1 : 0);
    if (!done.ok) return stepStop(done.error, step, index + 1);
  }
  return null;
}

async function doStep(attempt: Attempt, { page, artifacts }: Stage, step: BrowserStep): Promise<Step<unknown>> {
  const phase = pagePhase(attempt, { layer: "application", timing: null });
  const act = (action: () => Promise<unknown>, secrets: readonly string[] = []): Promise<Step<unknown>> =>
    browse(attempt, phase, { action, secrets });
  if ("goto" in step) return act(() => page.goto(step.goto, { waitUntil: "load" }));
  if ("click" in step) return act(() => page.locator(step.click).first().click());
  if ("fill" in step) {
    const value = revealed(step.value);
    return act(() => page.locator(step.fill).first().fill(value), [value]);
  }
  if ("expect_text" in step) return act(() => page.getByText(step.expect_text).first().waitFor());
  if ("wait_for" in step) return act(() => page.locator(step.wait_for).first().waitFor());
  const drawn = await picture(attempt, page);
  if (drawn === null) return blind("application", "no-picture", "the page does not let itself be drawn");
  return { ok: true, value: await artifacts?.keep(`${step.screenshot}.png`, drawn) };
}

function revealed(value: string | Secret): string {
  return typeof value === "string" ? value : value.reveal();
}

/** Waiting in vain for a text or an element says more than «time-out». */
function stepStop(stopped: Stop, step: BrowserStep, number: number): Stop {
  const [verb = "", what = ""] = Object.entries(step)[0] ?? [];
  const text = `step ${number} (${verb} ${String(what)}): ${stopped.text}`;
  if (stopped.code !== "timeout" && stopped.code !== "page-failed") return { ...stopped, text };
  if (verb === "expect_text") return stop("content", "text-missing", text).error;
  return stop("application", verb === "goto" ? "timeout" : "step-failed", text).error;
}
