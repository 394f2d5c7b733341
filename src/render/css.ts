import { createHash } from "node:crypto";

/**
 * Colours, light and dark. Every text colour keeps 4.5:1 on `--bg`, `--card` and on its own `…b` background.
 * `--ok --warn --bad --mt --unk` with their backgrounds, `--acc` for links and buttons, `--mut` for what is said quietly.
 */
export const lightColours =
  "--bg:#fff;--fg:#1b1f24;--mut:#57606a;--line:#d0d7de;--card:#f6f8fa;--ok:#116329;--okb:#dafbe1;--warn:#7d4e00;" +
  "--warnb:#fff8c5;--bad:#a40e26;--badb:#ffebe9;--mt:#0a4a94;--mtb:#ddf4ff;--unk:#4d545c;--unkb:#eef0f2;--acc:#0a4a94";
export const darkColours =
  "--bg:#0d1117;--fg:#e6edf3;--mut:#9ea7b3;--line:#30363d;--card:#161b22;--ok:#7ee787;--okb:#0f2d18;--warn:#f2cc60;" +
  "--warnb:#332701;--bad:#ffa198;--badb:#3d1214;--mt:#a5d6ff;--mtb:#0c2d6b;--unk:#b1bac4;--unkb:#21262d;--acc:#a5d6ff";

/** The seven states: text colour by `.c-STATE`, banner and badge colours by `.s-STATE`; unknown is hatched. */
const states = [
  ["ok", "ok"],
  ["warning", "warn"],
  ["down", "bad"],
  ["affected", "warn"],
  ["maintenance", "mt"],
  ["unknown", "unk"],
  ["paused", "unk"],
]
  .map(
    ([state, colour]) =>
      `.c-${state}{color:var(--${colour})}` +
      `.s-${state}{background:var(--${colour}b);color:var(--${colour});border-color:var(--${colour})}`,
  )
  .join("");

/**
 * What every page shares, public or not. Classes: `.v` verdict banner (with `.s-STATE`), `.mark` state mark, `ul.rows`
 * list of rows, `ol.tl` timeline, `.mut` quiet text, `.act` row of buttons, `.btn` and `.pri`, `.card`, `.skip`, `.only-read`
 * (for screen readers alone).
 */
export const baseCss = [
  `:root{color-scheme:light dark;${lightColours}}@media(prefers-color-scheme:dark){:root{${darkColours}}}`,
  "*{box-sizing:border-box}html{font-size:100%}",
  "body{margin:0;background:var(--bg);color:var(--fg);font-family:sans-serif;font-size:1rem;line-height:1.7;",
  "overflow-wrap:anywhere;line-break:strict;text-autospace:normal;word-break:auto-phrase}",
  ":lang(en){line-height:1.5;word-break:normal}",
  "main,header,footer{max-width:46rem;margin:auto;padding:1rem}header{padding-bottom:0}header p{margin:.5rem 0 0}",
  "a{color:var(--acc);display:inline-block;min-height:1.5rem}",
  ":is(a,button,input,select,textarea,summary):focus-visible{outline:3px solid var(--acc);outline-offset:2px}",
  "h1{font-size:1.25rem;margin:0}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}h3{font-size:1rem;margin:0}",
  ':is(h1,h2,h3):lang(ja){font-feature-settings:"palt"}',
  ".v{border-left:.5rem solid;padding:1rem;border-radius:.25rem}.v p{margin:.25rem 0}",
  ".v :is(h1,h2){margin:0;font-size:1.2rem}.v a{color:inherit}",
  states,
  // hatched beside the text, so that nothing runs through the letters
  ".v.s-unknown{background:repeating-linear-gradient(135deg,var(--unk) 0 2px,transparent 2px 8px) 0/.75rem 100% no-repeat ",
  "var(--unkb);padding-left:1.5rem}",
  ".mark{font-weight:700;white-space:nowrap}",
  "ul.rows{list-style:none;padding:0;margin:0;border:1px solid var(--line);border-radius:.25rem}",
  "ul.rows>li{display:flex;flex-wrap:wrap;gap:.25rem .75rem;justify-content:space-between;align-items:baseline;",
  "padding:.6rem .8rem;border-top:1px solid var(--line)}ul.rows>li:first-child{border:0}ul.rows p{margin:0;flex-basis:100%}",
  ".mut{color:var(--mut);font-size:.875rem}time{font-variant-numeric:tabular-nums}",
  "ol.tl{list-style:none;padding:0;margin:.5rem 0}ol.tl>li{padding:.35rem 0 .35rem .8rem;border-left:3px solid var(--line)}",
  "ol.tl time{font-weight:700;margin-right:.5rem}",
  "button,.btn{font:inherit;min-height:2.75rem;padding:.4rem 1rem;border:1px solid var(--acc);border-radius:.375rem;",
  "background:var(--bg);color:var(--acc);text-decoration:none;display:inline-block}",
  "button{cursor:pointer}.pri{background:var(--acc);color:var(--bg);font-weight:700}",
  ".act{display:flex;gap:.5rem;flex-wrap:wrap;margin:.75rem 0}",
  ".card{background:var(--card);border:1px solid var(--line);border-radius:.25rem;padding:.75rem 1rem}",
  "code{background:var(--card);padding:.1rem .3rem;border-radius:.2rem;word-break:break-all}",
  ".skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--bg);padding:.5rem}",
  ".only-read{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}",
  "@media(prefers-contrast:more){:root{--mut:var(--fg);--line:var(--fg)}}",
  "@media(prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}",
].join("");

/** The source expression that lets a Content-Security-Policy allow exactly this inline style. */
export function styleHash(css: string): string {
  return `'sha256-${createHash("sha256").update(css).digest("base64")}'`;
}
