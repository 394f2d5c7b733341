const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const httpDate = /^\w{3}, (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const daysPerMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * How long a server asks us to wait: seconds, or a date counted from the server's own `Date`, so that no clock but its
 * own matters. Source: RFC 9110 §10.2.3, §5.6.7. @returns null when it does not say, or not so that it can be read
 */
export function retryAfterMs(retryAfter: string | undefined, serverDate: string | undefined): number | null {
  if (retryAfter === undefined) return null;
  if (/^\d{1,9}$/.test(retryAfter.trim())) return Number(retryAfter) * 1_000;
  const [until, now] = [epochSeconds(retryAfter), epochSeconds(serverDate ?? "")];
  return until === null || now === null ? null : Math.max(0, until - now) * 1_000;
}

/** Seconds since 1970 of an IMF-fixdate, the only form servers may send; null for anything else. */
export function epochSeconds(text: string): number | null {
  const parts = httpDate.exec(text.trim());
  const month = months.indexOf(parts?.[2] ?? "");
  if (parts === null || month < 0) return null;
  const [day, year, hour, minute, second] = [1, 3, 4, 5, 6].map((index) => Number(parts[index])) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const isLeap = leapDays(year) > leapDays(year - 1);
  const inYear = daysPerMonth.slice(0, month).reduce((sum, days) => sum + days, 0) + (isLeap && month > 1 ? 1 : 0);
  const days = (year - 1970) * 365 + leapDays(year - 1) - leapDays(1969) + inYear + day - 1;
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

/** Leap days of the years 1 to `year`. */
function leapDays(year: number): number {
  return Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
}
