import { baseCss } from "../render/css.ts";

/**
 * What the administration's pages add to the shared style: the bar of main pages (at the foot of a phone, where the thumb
 * is), forms, the matrix, and places ✓✕.
 */
export const webCss = [
  baseCss,
  "html{scroll-padding:1rem 0 5rem}[hidden]{display:none!important}",
  "body>header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center;justify-content:space-between}",
  ".brand{font-weight:700;font-size:1.25rem;color:var(--fg);text-decoration:none;display:flex;align-items:center;min-height:2.75rem}",
  "nav ul{list-style:none;display:flex;gap:.5rem;margin:0;padding:0}",
  "nav a{display:flex;align-items:center;justify-content:center;min-height:2.75rem;padding:0 .75rem;text-decoration:none;border-radius:.375rem}",
  "nav a[aria-current]{background:var(--card);font-weight:700;box-shadow:inset 0 -3px var(--acc)}",
  "@media(max-width:40rem){body{padding-bottom:4rem}nav{position:fixed;inset:auto 0 0;z-index:1;background:var(--bg);",
  "border-top:1px solid var(--line)}nav li{flex:1}nav a{min-height:3.25rem;border-radius:0}}",
  ".pulse{font-size:.875rem}.facts{margin:.25rem 0;padding:0;list-style:none}",
  ".seen{display:flex;flex-wrap:wrap;gap:0 1rem;list-style:none;margin:.25rem 0;padding:0}.seen b{white-space:nowrap}",
  ".v .pub{display:block;font-weight:700}",
  "form{margin:0}form.stack{display:grid;gap:.5rem;margin:.75rem 0}form.stack button{justify-self:start}",
  "label{display:block;font-weight:700}label.ck{display:flex;gap:.6rem;align-items:center;min-height:2.75rem;font-weight:400}",
  "label.ck input{width:1.5rem;height:1.5rem;flex:none}",
  "input:not([type=checkbox]),select,textarea{font:inherit;width:100%;min-height:2.75rem;padding:.4rem .6rem;",
  "border:1px solid var(--mut);border-radius:.375rem;background:var(--bg);color:var(--fg)}textarea{min-height:6rem}",
  "summary{cursor:pointer;min-height:2.75rem;padding:.6rem 0;font-weight:700;color:var(--acc)}",
  "pre{background:var(--card);padding:.75rem 1rem;border-radius:.25rem;overflow-x:auto;white-space:pre-wrap;",
  "word-break:normal;overflow-wrap:anywhere;margin:.5rem 0}",
  ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}caption{text-align:start;padding-bottom:.25rem}",
  "th,td{text-align:start;vertical-align:top;padding:.5rem .4rem;border-top:1px solid var(--line);min-width:4.6rem}th{font-size:.875rem}th[scope=row]{min-width:6.5rem}",
  ".notice{border-left:.5rem solid;padding:.5rem 1rem;border-radius:.25rem;margin:.5rem 0}.notice p{margin:0}",
  "ul.rows .name{font-weight:700}ul.rows .end{text-align:end}dl{margin:.5rem 0}dt{font-weight:700}dd{margin:0 0 .5rem}",
  "body>footer{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center;border-top:1px solid var(--line)}",
  "body>footer p{margin:0}.old{filter:grayscale(1)}",
].join("");
