import type { Found, SaidInBoth } from "./aftercare-words.ts";

const pageKinds: Readonly<Record<string, { readonly ja: string; readonly en: string }>> = {
  default: { ja: "サーバー付属の既定のページです", en: "a server's default page" },
  maintenance: { ja: "メンテナンス中のページです", en: "a maintenance page" },
  status: { ja: "応答の番号が違います", en: "another status" },
  title: { ja: "題名が違います", en: "another title" },
  size: { ja: "文章の量が大きく違います", en: "much more or less text" },
};

function pageKind(found: Found, lang: "ja" | "en"): string {
  const kinds = Object.keys(pageKinds).filter((kind) => found.items.some((item) => item.endsWith(`[${kind}]`)));
  return kinds.map((kind) => pageKinds[kind]?.[lang] ?? kind).join(lang === "ja" ? "、" : ", ");
}

/** Checks of what runs on the machine and of what it does for others. */
export const serviceChecks: Readonly<Record<string, SaidInBoth>> = {
  "units-running": {
    ja: {
      title: "サービスの稼働",
      compared: "作業の前に動いていたサービス",
      pass: "前に動いていたものは、すべて動いています",
      bad: (f) => `止まっています: ${f.some()}`,
      short: (f) => `停止 ${f.some()}`,
    },
    en: {
      title: "Services running",
      compared: "what ran before the work",
      pass: "what ran before runs now",
      bad: (f) => `stopped: ${f.some()}`,
      short: (f) => `stopped: ${f.some()}`,
    },
  },
  "units-enabled": {
    ja: {
      title: "自動起動",
      compared: "起動時に始まる設定",
      pass: "自動起動の設定は前と同じです",
      bad: (f) => `次の起動で始まりません: ${f.some()}`,
      short: (f) => `自動起動なし ${f.some()}`,
    },
    en: {
      title: "Start at boot",
      compared: "what starts at boot",
      pass: "what starts at boot is the same",
      bad: (f) => `will not start at the next boot: ${f.some()}`,
      short: (f) => `not at boot: ${f.some()}`,
    },
  },
  "units-failed-new": {
    ja: {
      title: "新しい失敗",
      compared: "失敗しているユニット",
      pass: "新しく失敗したものはありません",
      bad: (f) => `新しく失敗しています: ${f.some()}`,
      short: (f) => `失敗 ${f.some()}`,
    },
    en: {
      title: "New failures",
      compared: "units that failed",
      pass: "none failed since",
      bad: (f) => `failed since: ${f.some()}`,
      short: (f) => `failed: ${f.some()}`,
    },
  },
  containers: {
    ja: {
      title: "コンテナ",
      compared: "動いていたコンテナとイメージ",
      pass: "前と同じコンテナが動いています",
      bad: (f) => `止まっている、またはイメージが違います: ${f.some()}`,
      short: (f) => `コンテナ ${f.some()}`,
    },
    en: {
      title: "Containers",
      compared: "containers that ran, and their images",
      pass: "the same containers run",
      bad: (f) => `stopped, or of another image: ${f.some()}`,
      short: (f) => `containers: ${f.some()}`,
    },
  },
  ports: {
    ja: {
      title: "待ち受けポート",
      compared: "プロトコル、アドレス、プログラム",
      pass: "前に待ち受けていたものは、すべて待ち受けています",
      bad: (f) => `待ち受けていません: ${f.some()}`,
      short: (f) => `ポート ${f.some()}`,
    },
    en: {
      title: "Listening ports",
      compared: "protocol, address, program",
      pass: "what was listened at is listened at",
      bad: (f) => `not listening: ${f.some()}`,
      short: (f) => `ports: ${f.some()}`,
    },
  },
  "ports-new": {
    ja: {
      title: "新しい待ち受け",
      compared: "前にはなかった待ち受け",
      pass: "新しいものはありません",
      bad: (f) => `前にはなかった待ち受けがあります: ${f.some()}`,
      short: (f) => `新しいポート ${f.some()}`,
    },
    en: {
      title: "New listeners",
      compared: "ports that were not listened at",
      pass: "there is none",
      bad: (f) => `listening and did not before: ${f.some()}`,
      short: (f) => `new ports: ${f.some()}`,
    },
  },
  "services-answer": {
    ja: {
      title: "サービスの応答",
      compared: "このホストのすべての検査",
      pass: "すべての検査が前と同じに応答しています",
      bad: (f) => `応答しません: ${f.some()}`,
      short: (f) => `応答なし ${f.some()}`,
    },
    en: {
      title: "Services answer",
      compared: "every check of this host",
      pass: "every check answers as before",
      bad: (f) => `no answer: ${f.some()}`,
      short: (f) => `no answer: ${f.some()}`,
    },
  },
  "pages-same": {
    ja: {
      title: "ページの中身",
      compared: "応答の番号、題名、文章",
      pass: "ページは前と同じです",
      bad: (f) => `${pageKind(f, "ja")}: ${f.some()}`,
      short: (f) => `ページに違い ${f.count}件`,
    },
    en: {
      title: "Pages",
      compared: "status, title and text",
      pass: "the pages are the same",
      bad: (f) => `${pageKind(f, "en")}: ${f.some()}`,
      short: (f) => `${f.count} pages differ`,
    },
  },
  certificates: {
    ja: {
      title: "証明書",
      compared: "使われている証明書の番号と期限、ホストにあるファイル",
      pass: "証明書は前と同じで、期限内です",
      bad: (f) =>
        f.number("waitingCount") > 0
          ? `ファイルは新しくなりましたが、まだ使われていません: ${f.some()}`
          : `証明書が違うか、正しくありません: ${f.some()}`,
      short: () => "証明書に違い",
    },
    en: {
      title: "Certificates",
      compared: "serial and dates of what is served, and the files on the host",
      pass: "they are the same and in their time",
      bad: (f) =>
        f.number("waitingCount") > 0
          ? `the file was replaced and is not served yet: ${f.some()}`
          : `another or a bad certificate: ${f.some()}`,
      short: () => "certificates differ",
    },
  },
  "mail-flow": {
    ja: {
      title: "メールの流れ",
      compared: "送受信の往復、受付の応答、配送待ちの数",
      pass: "メールは流れています",
      bad: (f) =>
        f.count > 0 ? `メールが通りません: ${f.some()}` : `配送待ちが増えています(${f.number("queueAfter")}通以上)`,
      short: (f) => (f.count > 0 ? `メール ${f.some()}` : "メールの配送待ち増加"),
    },
    en: {
      title: "Mail",
      compared: "round trips, banners, the length of the queue",
      pass: "mail flows",
      bad: (f) => (f.count > 0 ? `mail does not pass: ${f.some()}` : `${f.number("queueAfter")} or more messages wait`),
      short: (f) => (f.count > 0 ? `mail: ${f.some()}` : "mail queue grows"),
    },
  },
  database: {
    ja: {
      title: "データベース",
      compared: "問い合わせへの応答と、複製の遅れ",
      pass: "データベースは応答しています",
      bad: (f) => `応答しないか、複製が遅れています: ${f.some()}`,
      short: (f) => `データベース ${f.some()}`,
    },
    en: {
      title: "Database",
      compared: "an answer to a query, and how far copies are behind",
      pass: "the databases answer",
      bad: (f) => `no answer, or copies are behind: ${f.some()}`,
      short: (f) => `database: ${f.some()}`,
    },
  },
  "jobs-missed": {
    ja: {
      title: "抜けた定期処理",
      compared: "動くはずだった時刻と、動いた証拠",
      pass: "抜けたものはありません",
      bad: (f) => `${f.number("missedCount")}件が動いていません: ${f.some()}`,
      short: (f) => `cron ${f.number("missedCount")}件未実行`,
    },
    en: {
      title: "Missed jobs",
      compared: "the times at which jobs were due with the proof that they ran",
      pass: "none was missed",
      bad: (f) => `${f.number("missedCount")} did not run: ${f.some()}`,
      short: (f) => `${f.number("missedCount")} cron missed`,
    },
  },
  "jobs-late-or-double": {
    ja: {
      title: "時刻の違う定期処理",
      compared: "動くはずだった時刻と、動いた時刻・回数",
      pass: "すべて予定の時刻に1回動いています",
      bad: (f) =>
        `遅れ ${f.number("lateCount")}件、早まり ${f.number("earlyCount")}件、二重 ${f.number("twiceCount")}件: ${f.some()}`,
      short: (f) => `cron 時刻違い${f.count}件`,
    },
    en: {
      title: "Jobs at a wrong time",
      compared: "when and how often jobs ran with when they were due",
      pass: "each ran once, at its time",
      bad: (f) =>
        `${f.number("lateCount")} late, ${f.number("earlyCount")} early, ${f.number("twiceCount")} twice: ${f.some()}`,
      short: (f) => `${f.count} cron at a wrong time`,
    },
  },
  "cron-daemon": {
    ja: {
      title: "cron",
      compared: "cron が動いているか、crontab が前と同じか",
      pass: "cron は動いていて、crontab は前と同じです",
      bad: (f) =>
        f.all("stopped") === "" ? `crontab が変わっています: ${f.some()}` : `${f.all("stopped")} が止まっています`,
      short: (f) => (f.all("stopped") === "" ? "crontab に違い" : `${f.all("stopped")} 停止`),
    },
    en: {
      title: "Cron",
      compared: "whether it runs, and its tables",
      pass: "it runs, with the same tables",
      bad: (f) => (f.all("stopped") === "" ? `the tables differ: ${f.some()}` : `${f.all("stopped")} is stopped`),
      short: (f) => (f.all("stopped") === "" ? "crontabs differ" : `${f.all("stopped")} stopped`),
    },
  },
  "what-was-restored": {
    ja: {
      title: "復元したもの",
      compared: "復元の結果、使った控えの検査、障害のあったサービスの監視",
      pass: "復元したものは壊れておらず、動いています",
      bad: (f) => `復元のあとの確認がまだです: ${f.all("blockersJa")}`,
      short: (f) => `復元 ${f.some()}`,
    },
    en: {
      title: "What was restored",
      compared: "how the restore ended, what its copy was found to be, and the checks of what had failed",
      pass: "what was restored is whole and works",
      bad: (f) => `not confirmed yet: ${f.all("blockersEn")}`,
      short: (f) => `restored: ${f.some()}`,
    },
  },
  backups: {
    ja: {
      title: "その間のバックアップ",
      compared: "取るはずだった時刻と、できた控え",
      pass: "その間のバックアップは取れています",
      bad: (f) =>
        f.all("missing") === ""
          ? `保管庫がロックされたままです: ${f.all("locked")}`
          : `取れていません: ${f.all("missing")}。控えのページから今取れます`,
      short: (f) => `バックアップなし ${f.some()}`,
    },
    en: {
      title: "Backups of that time",
      compared: "when one was due with the sets there are",
      pass: "each has its set",
      bad: (f) =>
        f.all("missing") === ""
          ? `the repository is still locked: ${f.all("locked")}`
          : `not taken: ${f.all("missing")}. The page of backups takes one now`,
      short: (f) => `no backup: ${f.some()}`,
    },
  },
  "logs-flow": {
    ja: {
      title: "ログ",
      compared: "ログを書くプログラム",
      pass: "ログは書かれています",
      bad: (f) => `止まっています: ${f.some()}`,
      short: (f) => `ログ停止 ${f.some()}`,
    },
    en: {
      title: "Logs",
      compared: "the programs that write them",
      pass: "logs are written",
      bad: (f) => `stopped: ${f.some()}`,
      short: (f) => `logs stopped: ${f.some()}`,
    },
  },
  "monitoring-itself": {
    ja: {
      title: "監視そのもの",
      compared: "koboshi が見えていたか、このホストを前と同じに読めるか",
      pass: "見えていて、前と同じに読めます",
      bad: (f) =>
        f.is("isUnread") ? `ホストの中を読めません(${f.all("reasons")})` : `見えていない間がありました: ${f.some()}`,
      short: (f) => (f.is("isUnread") ? "中を読めません" : "見えていない間あり"),
    },
    en: {
      title: "Monitoring itself",
      compared: "whether koboshi could see, and reads this host as before",
      pass: "it could see, and reads it as before",
      bad: (f) =>
        f.is("isUnread") ? `the host cannot be read (${f.all("reasons")})` : `it was blind for a while: ${f.some()}`,
      short: (f) => (f.is("isUnread") ? "cannot be read" : "was blind for a while"),
    },
  },
};
