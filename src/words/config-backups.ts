import { catalogue } from "./catalogue.ts";

/** What the loader says of backups. */
export const configBackupWords = catalogue(
  {
    unknownBackup: (path: string, name: string) => `${path}"${name}" というバックアップはありません。`,
    nothingCopied: (name: string) => `"${name}" には、控えを取るものが書かれていません。`,
    nothingCopiedHint: "of: に paths: [/srv] か dump: mysql か databases: を書いてください",
    oneEngine: (named: string) =>
      named === "" ? "データベースの種類が書かれていません。" : `1つの項目に複数の種類が書かれています(${named})。`,
    oneEngineHint:
      "{ postgres: 名前 }、{ mysql: 名前 }、{ mariadb: 名前 }、{ sqlite: /絶対/パス } のどれか1つを書いてください",
    relativePath: (written: string) => `"${written}" は / で始まっていません。`,
    relativePathHint: (written: string) => `ホストの上の絶対パスで書いてください(例: /${written})`,
    noRepository: "控えの保管庫(repo)が書かれていません。",
    badRepository: (written: string) => `"${written}" は保管庫の名前として読めません。`,
    repositoryForms:
      "/srv/backup、sftp:user@host:/path、rest:https://host/path、s3:bucket/path、rclone:remote:path のように書いてください",
    hubNotCopied: "koboshi 自身の台帳の控えがありません。koboshi のマシンを失うと、これまでの記録も失われます。",
    hubNotCopiedHint:
      "backups に koboshi: { of: { host: hub }, password: …, to: [{ at: 置き場所, repo: … }] } を加えると、台帳・鍵・設定をまとめて毎晩控えます。戻し方は koboshi backup sheet koboshi で印刷できます",
    bareRepository: (host: string, place: string) =>
      `保管庫がただのフォルダなので、控えは "${place}" ではなく ${host} 自身に置かれ、${host} と一緒に失われます。`,
    bareRepositoryHint: (place: string) =>
      `"${place}" に置くには sftp:user@ホスト名:/フォルダ か rest:https://ホスト名/フォルダ と書いてください。"${place}" をマウントしたフォルダなら、このままで構いません`,
    noEndpoint: (first: string) =>
      `置き場所に endpoint がないので、"${first}" は restic の書き方どおりホスト名として扱います。`,
    noEndpointHint: "バケットの名前なら、置き場所に endpoint: https://… を書いてください",
    halfKeys: (missing: string) => `置き場所に ${missing} がないので、このバケットには書き込めません。`,
    halfKeysHint: (missing: string) => `${missing}: \${env:名前} を置き場所に書いてください`,
    noKeys: "置き場所に access_key と secret_key がないので、控えを取るマシン自身の設定にある鍵を使います。",
    noKeysHint:
      "この鍵では、消せないことを試して確かめられません。置き場所に access_key と secret_key を書いてください",
    badLimit: (written: string) => `"${written}" は通信の上限として読めません。`,
    badLimitHint: "20Mbit、500kbit、1Gbit のように単位を付けて書いてください",
    unknownLimit: (name: string) => `"${name}" は通信の上限の項目ではありません。`,
    limitKeys: "up、down、または 22:00-06:00 のような時間帯を書いてください",
    emptyMarker: "確かめるものがない印です。",
    emptyMarkerHint: "sql、path、text のどれかを書いてください",
    noPassword: (name: string) => `"${name}" に暗号パスワードがないので、控えを取れません。`,
    noPasswordHint: 'password: "${file:/etc/koboshi/restic-password}" のように書いてください',
    noTarget: (name: string) => `"${name}" には目標がないので、間に合うかどうかを判定できません。`,
    noTargetHint: "target: { lose_at_most: 24h, back_within: 8h } を書いてください",
    byHand: (name: string) => `"${name}" には時刻がないので、手で実行したときだけ控えを取ります。`,
    byHandHint: 'at: "15 3 * * *" のように書くと、自動で取ります',
    drillOnSource: (host: string) => `訓練の復元先が、控えの元の ${host} です。`,
    drillOnSourceHint: "訓練は復元先に書き込みます。使っていない別のホストを書いてください",
    drillRole: (host: string) => `訓練の復元先 ${host} に role: drill がないので、訓練は断られます。`,
    drillRoleHint: (host: string) => `壊してよいホストなら、hosts の ${host} に role: drill を書いてください`,
    repositoryTwice: (name: string) => `"${name}" が同じ保管庫に2回書きます。`,
    repositoryTwiceHint: "もう1つは別の置き場所か別のフォルダにしてください",
    repositoryShared: (other: string) => `"${other}" と同じ保管庫ですが、道具かパスワードが違います。`,
    repositorySharedHint: "同じ password を書くか、別のフォルダにしてください",
  },
  {
    unknownBackup: (path, name) => `${path}there is no backup called "${name}"`,
    nothingCopied: (name) => `"${name}" copies nothing`,
    nothingCopiedHint: "write paths: [/srv], dump: mysql or databases: into of:",
    oneEngine: (named) =>
      named === "" ? "this database has no engine" : `this entry names several engines (${named})`,
    oneEngineHint: "write one of { postgres: name }, { mysql: name }, { mariadb: name }, { sqlite: /absolute/path }",
    relativePath: (written) => `"${written}" does not begin with /`,
    relativePathHint: (written) => `write the absolute path on the host, such as /${written}`,
    noRepository: "this copy has no repository (repo)",
    badRepository: (written) => `"${written}" is no name of a repository`,
    repositoryForms:
      "write /srv/backup, sftp:user@host:/path, rest:https://host/path, s3:bucket/path or rclone:remote:path",
    hubNotCopied: "koboshi's own ledger is not copied: with its machine everything it knows would be lost",
    hubNotCopiedHint:
      "add koboshi: { of: { host: hub }, password: …, to: [{ at: PLACE, repo: … }] } to backups: its ledger, keys and configuration are then copied every night. koboshi backup sheet koboshi prints how to bring them back",
    bareRepository: (host, place) =>
      `the repository is a bare folder, so the copy lies not at "${place}" but on ${host} itself, and is lost with it`,
    bareRepositoryHint: (place) =>
      `to keep it at "${place}" write sftp:user@host:/folder or rest:https://host/folder; leave it if that folder is mounted from "${place}"`,
    noEndpoint: (first) => `the place has no endpoint, so "${first}" is taken for a host, as restic does`,
    noEndpointHint: "if it is a bucket, write endpoint: https://… at the place",
    halfKeys: (missing) => `the place has no ${missing}, so nothing can be written to this bucket`,
    halfKeysHint: (missing) => `write ${missing}: \${env:NAME} at the place`,
    noKeys: "the place has no access_key and secret_key, so the keys of the machine that writes are taken",
    noKeysHint:
      "with those it cannot be tried whether copies can be deleted: write access_key and secret_key at the place",
    badLimit: (written) => `"${written}" is no limit of traffic`,
    badLimitHint: "write it with its unit: 20Mbit, 500kbit, 1Gbit",
    unknownLimit: (name) => `"${name}" is no limit of traffic`,
    limitKeys: "write up, down, or hours such as 22:00-06:00",
    emptyMarker: "this marker looks at nothing",
    emptyMarkerHint: "write sql, path or text",
    noPassword: (name) => `"${name}" has no password to encrypt with, so it cannot run`,
    noPasswordHint: 'write password: "${file:/etc/koboshi/restic-password}"',
    noTarget: (name) => `"${name}" promises nothing, so nobody can say whether it would be met`,
    noTargetHint: "write target: { lose_at_most: 24h, back_within: 8h }",
    byHand: (name) => `"${name}" has no time, so it runs by hand only`,
    byHandHint: 'write at: "15 3 * * *" and it runs by itself',
    drillOnSource: (host) => `the drill restores onto ${host}, the very host that is copied`,
    drillOnSourceHint: "a drill writes to its target; name another host, one that is not in use",
    drillRole: (host) => `the drill's host ${host} has no role: drill, so the drill will be refused`,
    drillRoleHint: (host) => `if it may be overwritten, write role: drill at hosts: ${host}`,
    repositoryTwice: (name) => `"${name}" writes into this repository twice`,
    repositoryTwiceHint: "give the second copy another place or folder",
    repositoryShared: (other) => `"${other}" has the same repository with another tool or password`,
    repositorySharedHint: "write the same password, or another folder",
  },
);
