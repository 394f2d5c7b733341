import { safeText } from "../../clients/safe-text.ts";
import type { Workplace } from "../workplace/workplace.ts";

const limitSeconds = 30;

interface CurlWanted {
  readonly url: string;
  readonly method: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | null;
  /** `user:password` */
  readonly login?: string | null;
  /** authorities trusted instead of the public ones: a file over there */
  readonly ca?: string | null;
  /** what must not be in the answer */
  readonly secrets: readonly string[];
}

export interface CurlSaid {
  /** null: no answer came */
  readonly status: number | null;
  /** by names in small letters */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** the status, or curl's number and words */
  readonly answer: string;
}

const empty: ReadonlyMap<string, string> = new Map();

/** One HTTP request from a machine by its curl. All of it goes by curl's input, so that no list of processes shows a secret. */
export async function askByCurl(workplace: Workplace, wanted: CurlWanted): Promise<CurlSaid> {
  const said = await workplace.run(
    { argv: ["curl", "-q", "-sS", "-i", "-K", "-"] },
    { input: configOf(wanted), timeoutMs: (limitSeconds + 5) * 1_000 },
  );
  if (said.code === 0) return readAnswer(said.stdout);
  const words = said.stderr.replace(/^curl: \(\d+\) /, "").replace(/\s*More details here:[^]*$/, "");
  const answer = safeText(`curl ${said.code ?? "—"} ${words}`, wanted.secrets);
  return { status: null, headers: empty, body: "", answer };
}

function configOf({ url, method, headers = [], body = null, login = null, ca = null }: CurlWanted): string {
  const lines: readonly (readonly [string, string])[] = [
    ["url", url],
    ["request", method],
    ["max-time", String(limitSeconds)],
    ...headers.map(([name, value]) => ["header", `${name}: ${value}`] as const),
    ...(login === null ? [] : [["user", login] as const]),
    ...(ca === null ? [] : [["cacert", ca] as const]),
    ...(body === null ? [] : [["data-binary", body] as const]),
  ];
  const written = lines.map(([name, value]) => `${name} = "${value.replaceAll(/["\\]/g, "\\$&")}"\n`);
  return `suppress-connect-headers\n${written.join("")}`;
}

/** Interim answers (1xx) come before the one that counts. */
function readAnswer(text: string): CurlSaid {
  const end = text.indexOf("\r\n\r\n");
  const head = end === -1 ? text : text.slice(0, end);
  const body = end === -1 ? "" : text.slice(end + 4);
  const [first = "", ...lines] = head.split("\r\n");
  const status = Number(/^HTTP\/[\d.]+ (\d{3})/.exec(first)?.[1] ?? Number.NaN);
  if (!Number.isInteger(status)) return { status: null, headers: empty, body: "", answer: "no HTTP" };
  if (status >= 100 && status < 200) return readAnswer(body);
  const headers = lines.map((line): [string, string] => {
    const at = line.indexOf(":");
    return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
  });
  return { status, headers: new Map(headers), body, answer: String(status) };
}
