import type { AftercareCheck, AftercareOutcome, OutsideView, PagePrint } from "../../../kernel/model/aftercare.ts";
import { outcome, unobserved } from "../outcome.ts";

/** A page whose text became so much longer or shorter is another page. [judged] */
const sizeRatio = 2;
const mostPages = 200;

/** Each page is the page that it was: not a default page, not a notice of maintenance, not somebody else's. */
export const pagesSame: AftercareCheck = {
  id: "pages-same",
  group: "checks",
  weight: "critical",
  needs: [],
  after: ["services-answer", "database"],
  isWaivable: true,
  appliesTo: ({ outsideBefore, outsideAfter }) =>
    [outsideBefore, outsideAfter].some((view) => Object.values(view?.pages ?? {}).some((page) => page !== null)),
  compare: ({ outsideBefore, outsideAfter }) => comparePages(outsideBefore, outsideAfter),
};

function comparePages(before: OutsideView | null, after: OutsideView): AftercareOutcome {
  const names = new Map(after.checks.map(({ id, name }) => [id, name]));
  const found = Object.entries({ ...before?.pages, ...after.pages })
    .slice(0, mostPages)
    .map(([id]) => {
      const [was, is] = [before?.pages[id] ?? null, after.pages[id] ?? null];
      return { name: names.get(id) ?? id, was, is, kind: kindOf(was, is) };
    });
  const bad = found.filter(
    ({ kind }) => kind !== null && kind !== "text" && kind !== "no-before" && kind !== "no-page",
  );
  const facts = {
    pageCount: found.length,
    kinds: [...new Set(bad.map(({ kind }) => kind ?? ""))],
    changedTextCount: found.filter(({ kind }) => kind === "text").length,
  };
  const items = bad.map(({ name, kind, was, is }) => `${name}: ${told(was)} → ${told(is)} [${kind}]`);
  if (bad.length > 0) return outcome(bad.every(({ kind }) => kind === "size") ? "warn" : "fail", { facts, items });
  const unseen = found.filter(({ kind }) => kind === "no-before" || kind === "no-page");
  if (unseen.length === 0) return outcome("pass", { facts });
  return {
    ...unobserved(unseen[0]?.kind === "no-page" ? "no-reading" : "no-before", facts),
    items: unseen.map(({ name }) => name),
  };
}

/** What is other: null when nothing is, `text` when only its words are, as they are every day. */
function kindOf(was: PagePrint | null, is: PagePrint | null): string | null {
  if (is === null) return was === null ? null : "no-page";
  const stranger = strangerOf(is);
  if (stranger !== null && (was === null || strangerOf(was) !== stranger)) return stranger;
  return was === null ? "no-before" : changeOf(was, is);
}

/** A page that is nobody's own. */
function strangerOf(page: PagePrint): "default" | "maintenance" | null {
  if (isDefault(page)) return "default";
  return isNotice(page) ? "maintenance" : null;
}

function changeOf(was: PagePrint, is: PagePrint): string | null {
  if (was.status !== is.status) return "status";
  if (masked(was.title) !== masked(is.title)) return "title";
  if (was.textHash === is.textHash) return null;
  const [small, large] = [Math.min(was.textBytes, is.textBytes), Math.max(was.textBytes, is.textBytes)];
  return large > small * sizeRatio + 200 ? "size" : "text";
}

function masked(title: string): string {
  return title.replaceAll(/\d+/g, "0").replaceAll(/\s+/g, " ").trim();
}

/** Pages that servers come with. */
function isDefault({ title }: PagePrint): boolean {
  return /welcome to (?:nginx|centos|openresty|caddy|tengine)|apache2? .*default page|^it works|test page for|http server test page|iis windows|default (?:web ?site|parking) page|index of \/$|domain (?:is )?parked/i.test(
    title,
  );
}

function isNotice({ title, status }: PagePrint): boolean {
  return (
    status === 503 ||
    /maintenance|under construction|coming soon|メンテナンス|保守中|作業中|準備中|工事中|サービス停止/i.test(title)
  );
}

function told(page: PagePrint | null): string {
  return page === null ? "-" : `${page.status} ${page.title.slice(0, 120)}`.trim();
}
