import { escape, page } from "./page.mjs";
import { createCheckout } from "./checkout.mjs";
import { openDatabase } from "./database.mjs";
import { createPayment } from "./payment.mjs";

/** The pages, each from its path. */
export function createPages(settings) {
  const pool = openDatabase(settings);
  const payment = createPayment(settings.payment);
  const checkout = createCheckout({ pool, payment });

  async function items(where, ...values) {
    const { rows } = await pool.query(
      `select item.id, item.name, item.price, stock.left from item join stock on stock.item = item.id ${where}`,
      values,
    );
    const lines = rows.map(
      ({ id, name, price, left }) => `<li><a href="/app/item/${id}">${escape(name)}</a> ${price}円 残り${left}</li>`,
    );
    return `<ul>${lines.join("")}</ul>`;
  }

  const list = async () => page("商品一覧", await items("order by item.id limit 20"));
  const pages = {
    "/app/": list,
    "/app/items": list,
    "/app/search": async ({ url }) =>
      page("検索", await items("where item.name like $1 limit 20", `%${url.searchParams.get("q") ?? ""}%`)),
    "/app/cart": async ({ url, session }) => {
      session.cart.push(Number(url.searchParams.get("add") ?? 1));
      session.save();
      return page("カート", `<p>${session.cart.length}点</p>`);
    },
    "/app/quote": async () => page("お支払い方法", `<p>手数料 ${escape((await payment.ask("/v1/rate")).rate)}%</p>`),
    "/app/checkout": ({ session }) => checkout(session),
  };

  return {
    async show(url, session) {
      const item = /^\/app\/item\/(\d{1,6})$/.exec(url.pathname)?.[1];
      if (item !== undefined) return { status: 200, body: page("商品", await items("where item.id = $1", item)) };
      const known = pages[url.pathname];
      if (known === undefined) return { status: 404, body: page("404", "<p>ページがありません</p>") };
      return { status: 200, body: await known({ url, session }) };
    },
    close: () => pool.end(),
  };
}
