import { escape, page } from "./page.mjs";

/** Pays, then writes the order and takes the goods from the stock, both or neither. */
export function createCheckout({ pool, payment }) {
  async function write(session, authorisation) {
    const client = await pool.connect();
    try {
      await client.query("begin");
      for (const item of session.cart) {
        await client.query('update stock set "left" = greatest(0, "left" - 1) where item = $1', [item]);
      }
      const order = [session.cart.length, authorisation];
      await client.query("insert into orders (items, authorisation) values ($1, $2)", order);
      await client.query("commit");
    } catch (error) {
      await client.query("rollback").catch(() => {});
      throw error;
    } finally {
      client.release();
    }
  }

  return async (session) => {
    const { authorisation } = await payment.ask("/v1/charge");
    await write(session, authorisation);
    session.cart.length = 0;
    session.save();
    return page("ご注文ありがとうございます", `<p>承認番号 ${escape(authorisation)}</p>`);
  };
}
