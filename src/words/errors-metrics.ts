import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type IntakeCode = Extract<ErrorCode, `KB430${1 | 2 | 3 | 4 | 5 | 6}`>;

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

/** What a person left out of a report, by `facts.what`. */
function missing(facts: Facts, lang: Lang): string {
  const parts: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
    service: { ja: "どのサービスのことか", en: "which service it is about" },
    reach: { ja: "使えるか使えないか", en: "whether it works for you" },
  };
  return parts[of(facts, "what")]?.[lang] ?? of(facts, "what");
}

/** Refusals of what others send in: OpenTelemetry, and people's reports. */
export const intakeErrors: Readonly<Record<IntakeCode, Readonly<Record<Lang, Say>>>> = {
  KB4301: {
    ja: (f) => ({
      message: `OTLP の本文を読めません(${of(f, "why")})`,
      fix: "送り手の設定が OTLP/HTTP(JSON または protobuf)になっているか確かめてください",
    }),
    en: (f) => ({
      message: `The OTLP body cannot be read (${of(f, "why")})`,
      fix: "see whether the sender speaks OTLP/HTTP, in JSON or protobuf",
    }),
  },
  KB4302: {
    ja: (f) => ({
      message: `OTLP の1回の送信が大きすぎます(${of(f, "why")})`,
      fix: "送り手の1回あたりの件数(send_batch_max_size など)を小さくしてください",
    }),
    en: (f) => ({
      message: `One OTLP request is too large (${of(f, "why")})`,
      fix: "let the sender put less into one request (send_batch_max_size and the like)",
    }),
  },
  KB4303: {
    ja: (f) => ({
      message: `この形式は受け取れません(${of(f, "type")})`,
      fix: "Content-Type は application/json か application/x-protobuf、圧縮は gzip か無しにしてください",
    }),
    en: (f) => ({
      message: `This form cannot be taken (${of(f, "type")})`,
      fix: "send application/json or application/x-protobuf, compressed by gzip or not at all",
    }),
  },
  KB4304: {
    ja: (f) => ({
      message: "OTLP の送信が同時に来すぎています",
      fix: `${of(f, "waitSeconds")}秒後に送り直してください(送り手は普通、自動で送り直します)`,
    }),
    en: (f) => ({
      message: "Too many OTLP requests at once",
      fix: `send it again after ${of(f, "waitSeconds")} s; senders usually do so by themselves`,
    }),
  },
  KB4305: {
    ja: (f) => ({
      message: `ご報告に足りないものがあります: ${missing(f, "ja")}`,
      fix: "選んでから、もう一度お送りください",
    }),
    en: (f) => ({ message: `Your report lacks something: ${missing(f, "en")}`, fix: "choose it and send it again" }),
  },
  KB4306: {
    ja: (f) => ({
      message: "ご報告が続いているため、いまは受け付けられません",
      fix: `${of(f, "waitMinutes")}分ほど待ってからお送りください。これまでのご報告は数えています`,
    }),
    en: (f) => ({
      message: "There are too many reports to take another one now",
      fix: `wait ${of(f, "waitMinutes")} min and send it again; the reports so far were counted`,
    }),
  },
};
