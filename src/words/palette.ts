/**
 * What people type when they look for a page, beside its name: readings in kana (their Latin letters are made from them),
 * the name in the other language, and other words for the same thing.
 */
export const pageReadings: Readonly<Record<string, string>> = {
  "/": "ほーむ いま ようす home top status",
  "/incidents": "しょうがい いんしでんと とらぶる incidents outage",
  "/services": "さーびす services",
  "/checks": "かんしこうもく ちぇっく checks monitors",
  "/map": "つながり いぞん けいとう ず map dependencies",
  "/hosts": "さーばー ほすと ばいたる めもり でぃすく とけい くろん hosts servers vitals cpu memory disk clock cron",
  "/vantages": "かんそくちてん ばんてーじ vantages probes",
  "/status/": "こうかいぺーじ すてーたすぺーじ かどうじょうきょう status page",
  "/reports": "ほうこくしょ れぽーと しょうがいほうこく reports postmortem",
  "/settings": "せってい ひと けんげん あかうんと とーくん settings people accounts tokens",
  "/settings/config": "せっていふぁいる こんふぃぐ やむる ばっくあっぷ configuration yaml backup",
  "/look": "ひょうじ いろ てーま だーく こうこんとらすと げんご theme dark contrast density language",
};
