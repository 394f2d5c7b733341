/** The month of the calendar: a table of days; on a phone a list of those on which something is planned. */
export const windowCss = [
  "table.month{table-layout:fixed}.month :is(th,td){min-width:0;padding:.25rem;font-size:.875rem}.month td{height:4rem;border:1px solid var(--line)}",
  ".month td a{font-weight:700}.month .now{box-shadow:inset 0 0 0 2px var(--acc)}.month .out{background:var(--card)}",
  "@media(max-width:48rem){.month thead{position:absolute;clip-path:inset(50%)}.month :is(tbody,tr,td){display:block;height:auto;border:0}",
  ".month td:is(.none,.out){display:none}.month td{padding:.35rem 0;border-top:1px solid var(--line)}.month .now{box-shadow:none}}",
  "@media(min-width:48.01rem){.month .day-name{display:none}}",
  ".steps{padding-inline-start:1.5rem}.steps pre{margin:.25rem 0}",
].join("");
