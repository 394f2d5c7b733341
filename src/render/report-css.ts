import { baseCss } from "./css.ts";

/** How a report looks, on the screen and on paper. Facts are underlined with dots, blanks are marked. */
export const reportBodyCss = [
  ".report .right{text-align:right}.report .center{text-align:center}",
  ".report table{border-collapse:collapse;width:100%;font-size:.9rem}",
  ".report :is(th,td){border:1px solid var(--line);padding:.3rem .5rem;text-align:start;vertical-align:top}",
  ".report mark{background:var(--warnb);color:var(--warn);padding:0 .2rem}",
  ".report .own{white-space:pre-line}.report .fact{color:inherit;text-decoration:underline dotted var(--mut)}",
  ".report a.fact{display:inline;min-height:0}",
].join("");

export const reportCss = [
  baseCss,
  reportBodyCss,
  ".notice{border-left:.4rem solid;padding:.5rem .75rem}",
  "@page{size:A4;margin:20mm 18mm}",
  "@media print{:root{color-scheme:light}body{font-size:10.5pt;background:#fff;color:#000}main{max-width:none;padding:0}",
  ".skip{display:none}.fact{text-decoration:none!important}h2{break-after:avoid}tr,li{break-inside:avoid}}",
].join("");
