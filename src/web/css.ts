import { barsCss } from "../render/bars.tsx";
import { reportBodyCss } from "../render/report-css.ts";
import { baseCss, darkColours, lightColours } from "../render/css.ts";
import { windowCss } from "./window-css.ts";

/** Black and white with the few colours that still keep 7:1. */
const contrastColours =
  "--bg:#fff;--fg:#000;--mut:#000;--line:#000;--card:#fff;--ok:#004d00;--okb:#fff;--warn:#5c3700;--warnb:#fff;" +
  "--bad:#8b0000;--badb:#fff;--mt:#00265e;--mtb:#fff;--unk:#000;--unkb:#fff;--acc:#00265e";

/** A theme that was chosen wins over what the device prefers. */
const themes = [
  `:root[data-theme=light]{color-scheme:light;${lightColours}}`,
  `:root[data-theme=dark]{color-scheme:dark;${darkColours}}`,
  `:root[data-theme=contrast]{color-scheme:light;${contrastColours}}`,
  "[data-theme=contrast] :is(.v,.alarm,.notice,.card){border:2px solid}[data-theme=contrast] a{text-decoration:underline}",
  "[data-density=compact] :is(ul.rows>li,th,td){padding-top:.15rem;padding-bottom:.15rem}",
].join("");

/** A rail at the left of a desktop; at the foot of a phone, where the thumb is, four links. */
const shell = [
  ".top{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center;justify-content:space-between}",
  ".top form{flex:1 1 9rem;max-width:20rem}.top input{min-height:2.5rem!important}",
  ".brand{font-weight:700;font-size:1.25rem;color:var(--fg);text-decoration:none;display:flex;align-items:center;min-height:2.75rem}",
  "nav ul{list-style:none;margin:0;padding:0}nav a{display:flex;align-items:center;text-decoration:none;border-radius:.375rem}",
  "nav a[aria-current]{background:var(--card);font-weight:700;box-shadow:inset 3px 0 var(--acc)}",
  ".rail p,.more p{margin:1rem .75rem .25rem}.rail a{min-height:2.25rem;padding:0 .75rem}.rail summary{padding:.6rem .75rem;color:var(--mut)}",
  ".rail dl{padding:0 .75rem;font-size:.875rem}.more ul{list-style:none;padding:0;margin:0}.more a{display:flex;align-items:center;min-height:2.75rem;padding:0 .75rem}",
  "@media(min-width:60.01rem){[data-framed=yes] body,[data-framed=wide] body{padding-left:13rem}",
  "nav{position:fixed;inset:0 auto 0 0;width:13rem;overflow-y:auto;border-right:1px solid var(--line);padding:1rem .5rem;background:var(--bg)}",
  "nav .bar{display:none}[data-framed=wide] :is(body>header,main,body>footer){max-width:72rem}}",
  "@media(max-width:60rem){body{padding-bottom:4rem}nav{position:fixed;inset:auto 0 0;z-index:2;background:var(--bg);border-top:1px solid var(--line)}",
  "nav .rail{display:none}nav .bar{display:flex}nav li{flex:1}nav .bar a{min-height:3.25rem;justify-content:center;border-radius:0;text-align:center}",
  "nav a[aria-current]{box-shadow:inset 0 3px var(--acc)}}",
  ".alarm{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center;border-left:.5rem solid;",
  "padding:.25rem .75rem;margin:.5rem 0;border-radius:.25rem}.alarm a{color:inherit;font-weight:700;display:flex;align-items:center;min-height:2.75rem}",
].join("");

/** Lists of services, strips of days, charts and the map. */
const charts = [
  barsCss,
  // rows that are not on the screen cost nothing when they change
  "[data-live]:is(li){content-visibility:auto;contain-intrinsic-size:auto 3rem}",
  "ul.rows.wide>li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.25rem 1rem;align-items:center}ul.rows.wide p{grid-column:1/-1}",
  ".past{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.75rem;align-items:center;grid-column:1/-1}.past .many{display:none}",
  "@media(min-width:48rem){.past .many{display:block}.past .few{display:none}",
  "ul.rows.wide>li{grid-template-columns:minmax(0,14rem) 6rem 6rem minmax(0,1fr)}.past{grid-column:auto;grid-template-columns:minmax(0,1fr) 13rem}",
  "ul.rows.wide>li>.past:nth-child(3){grid-column:3/-1}}",
  ".spark{width:6rem;height:1.25rem;display:block}@media(max-width:47.99rem){.spark{display:none}}",
  ".line{fill:none;stroke:var(--acc);stroke-width:1.5px}.l1{stroke:var(--warn)}.l2{stroke:var(--unk)}.lane{fill:var(--bad)}",
  ".chart{margin:.5rem 0}.chart>svg{display:block;width:100%;height:9rem;border-bottom:1px solid var(--line)}.chart p{margin:0}",
  ".chart figcaption{display:flex;flex-wrap:wrap;gap:.25rem 1rem}.key{width:1.5rem;height:.5rem}",
  ".map svg{display:block;max-width:none;height:auto}.map text{font-size:14px}.edge{fill:none;stroke:var(--mut);stroke-width:1.5}.tip{fill:var(--mut)}",
  ".box{fill:var(--card);stroke:var(--line);stroke-width:1.5}.box.now{stroke-width:4}.map a:focus-visible .box{stroke:var(--acc);stroke-width:4}",
  ...(["ok", "warning", "down", "affected", "maintenance", "unknown", "paused"] as const).map((state) => {
    const colour = {
      ok: "ok",
      warning: "warn",
      down: "bad",
      affected: "warn",
      maintenance: "mt",
      unknown: "unk",
      paused: "unk",
    }[state];
    return `.f-${state}{fill:var(--${colour}b);stroke:var(--${colour})}.t-${state}{fill:var(--${colour})}`;
  }),
  ".chain{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,12rem),1fr));gap:.25rem 1rem}.linked{display:inline-block;margin-right:1rem}",
  ".filter{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end;margin:.75rem 0}.filter label:first-child{flex:1 1 14rem}",
  ".count{display:flex;align-items:center;min-width:2.75rem;min-height:2.75rem;font-weight:700;font-variant-numeric:tabular-nums}",
  "fieldset{border:1px solid var(--line);border-radius:.25rem;margin:0}legend{font-weight:700}.card{margin:.75rem 0}.card h2{margin-top:0}",
  "dialog{border:1px solid var(--line);border-radius:.5rem;background:var(--bg);color:var(--fg);width:min(36rem,94vw);padding:1rem}",
  "dialog::backdrop{background:#0008}dialog [role=listbox]{list-style:none;margin:.5rem 0 0;padding:0;max-height:60vh;overflow-y:auto}",
  "dialog [role=option]{display:flex;justify-content:space-between;gap:1rem;min-height:2.75rem;align-items:center;padding:0 .5rem;cursor:pointer}",
  "dialog [aria-selected=true]{background:var(--card);box-shadow:inset 3px 0 var(--acc);font-weight:700}dialog form{display:flex;gap:.5rem;align-items:center}",
  "kbd{border:1px solid var(--line);border-radius:.2rem;padding:0 .35rem;font-family:monospace}",
].join("");

/**
 * What the administration's pages add to the shared style: rail and bar, the verdict on every page, forms, the matrix,
 * places ✓✕, strips, charts, the map, the search, and the look a person chose.
 */
export const webCss = [
  baseCss,
  themes,
  "html{scroll-padding:5rem 0 5rem}[hidden]{display:none!important}",
  shell,
  charts,
  ".pulse{font-size:.875rem}.facts{margin:.25rem 0;padding:0;list-style:none}",
  ".seen{display:flex;flex-wrap:wrap;gap:0 1rem;list-style:none;margin:.25rem 0;padding:0}.seen b{white-space:nowrap}",
  ".v .pub{display:block;font-weight:700}",
  "form{margin:0}form.stack{display:grid;gap:.5rem;margin:.75rem 0}form.stack button{justify-self:start}",
  "label{display:block;font-weight:700}label.ck{display:flex;gap:.6rem;align-items:center;min-height:2.75rem;font-weight:400}",
  "label.ck input{width:1.5rem!important;height:1.5rem;min-height:0!important;flex:none}",
  "input:not([type=checkbox]),select,textarea{font:inherit;font-weight:400;width:100%;min-height:2.75rem;padding:.4rem .6rem;",
  "border:1px solid var(--mut);border-radius:.375rem;background:var(--bg);color:var(--fg)}textarea{min-height:6rem}",
  "summary{cursor:pointer;min-height:2.75rem;padding:.6rem 0;font-weight:700;color:var(--acc)}",
  "pre{background:var(--card);padding:.75rem 1rem;border-radius:.25rem;overflow-x:auto;white-space:pre-wrap;",
  "word-break:normal;overflow-wrap:anywhere;margin:.5rem 0}",
  // a wide table is a list of cards on a phone, each figure with its name
  "@media(max-width:60rem){table.cards thead{display:none}table.cards :is(tbody,tr,th,td){display:block;min-width:0;padding:0;border:0}",
  "table.cards tr{border-top:1px solid var(--line);padding:.6rem 0}table.cards td{display:inline-block;margin-right:1rem}",
  "table.cards td[data-l]::before{content:attr(data-l) ' ';color:var(--mut);font-size:.875rem}}table.cards td{min-width:0;overflow-wrap:normal}table.cards p{margin:0}",
  ".chart.small>svg{height:4rem}.shot{margin:.5rem 0}.shot img{max-width:100%;max-height:24rem;height:auto;border:1px solid var(--line)}",
  ".scroll{overflow-x:auto}.scroll td{overflow-wrap:normal}table{border-collapse:collapse;width:100%}caption{text-align:start;padding-bottom:.25rem}",
  "th,td{text-align:start;vertical-align:top;padding:.5rem .4rem;border-top:1px solid var(--line);min-width:4.6rem}th{font-size:.875rem}th[scope=row]{min-width:6.5rem}",
  "@media (max-width:40rem){table.cards thead{position:absolute;clip-path:inset(50%)}table.cards tr{display:block;padding:.5rem 0;",
  "border-top:1px solid var(--line)}table.cards :is(td,th){display:inline-block;border:0;padding:0 .75rem .25rem 0;min-width:0}table.cards th{display:block;overflow-wrap:anywhere}}",
  ".notice{border-left:.5rem solid;padding:.5rem 1rem;border-radius:.25rem;margin:.5rem 0}.notice p{margin:0}",
  "ul.rows .name{font-weight:700}ul.rows .end{text-align:end}dl{margin:.5rem 0}dt{font-weight:700}dd{margin:0 0 .5rem}",
  "body>footer{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center;border-top:1px solid var(--line)}",
  "body>footer p{margin:0}.old{filter:grayscale(1)}",
  reportBodyCss,
  windowCss,
  "li>a{vertical-align:top}.report :is(th,td){min-width:0;padding:.3rem .2rem;font-size:.8rem}.report th{overflow-wrap:normal}",
].join("");
