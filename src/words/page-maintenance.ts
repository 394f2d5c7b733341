import { catalogue } from "./catalogue.ts";

/** Maintenance on the status page and in its feed, in customers' words. */
export const maintenanceWords = catalogue(
  {
    heading: "保守のお知らせ",
    title: (names: string) => `${names}の保守作業`,
    planned: "保守予定",
    running: "保守中",
    checking: "最終確認中",
    ended: "終わりました",
    cancelled: "取りやめ",
    alternate: (text: string) => `その間の代わり: ${text}`,
    wasLate: "予定の時刻を過ぎましたが、作業を続けています。",
    checkingHow: "作業は終わり、前と同じように動いていることを確かめています。",
    more: (count: number) => `ほかに予定が ${count} 件あります(カレンダーに載せています)。`,
    calendar: "カレンダー(iCal)",
    saidAnnounced: (span: string, names: string) =>
      `${span}に、${names}の保守作業を行います。その間はご利用いただけないことがあります。`,
    saidSoon: (span: string, names: string) =>
      `まもなく${names}の保守作業を始めます(${span})。その間はご利用いただけないことがあります。`,
    saidStarted: (names: string, end: string) => `${names}の保守作業を始めました。終わりの予定は${end}です。`,
    saidLate: (names: string) =>
      `${names}の保守作業は、予定の時刻を過ぎましたが続けています。終わりしだいお知らせします。`,
    saidEnded: (names: string) => `${names}の保守作業は終わりました。ご協力ありがとうございました。`,
    saidCancelled: (span: string, names: string) => `${span}に予定していた${names}の保守作業は、取りやめになりました。`,
    tellAnnounced: "保守予定",
    tellSoon: "まもなく保守",
    tellStarted: "保守開始",
    tellLate: "保守延長",
    tellEnded: "保守終了",
    tellCancelled: "保守取りやめ",
  },
  {
    heading: "Maintenance",
    title: (names: string) => `Maintenance of ${names}`,
    planned: "Planned",
    running: "In progress",
    checking: "Final checks",
    ended: "Finished",
    cancelled: "Cancelled",
    alternate: (text: string) => `Meanwhile: ${text}`,
    wasLate: "It is past its planned end; the work goes on.",
    checkingHow: "The work is done; we are making sure that everything works as before.",
    more: (count: number) => `${count} more planned (see the calendar).`,
    calendar: "calendar (iCal)",
    saidAnnounced: (span: string, names: string) =>
      `${span}: maintenance of ${names}. It may not be available during this time.`,
    saidSoon: (span: string, names: string) =>
      `Maintenance of ${names} begins soon (${span}). It may not be available during this time.`,
    saidStarted: (names: string, end: string) => `Maintenance of ${names} has begun. It is planned to end at ${end}.`,
    saidLate: (names: string) =>
      `Maintenance of ${names} takes longer than planned. We will tell you as soon as it is finished.`,
    saidEnded: (names: string) => `Maintenance of ${names} is finished. Thank you for your patience.`,
    saidCancelled: (span: string, names: string) => `The maintenance of ${names} planned for ${span} is cancelled.`,
    tellAnnounced: "Maintenance planned",
    tellSoon: "Maintenance soon",
    tellStarted: "Maintenance begun",
    tellLate: "Maintenance takes longer",
    tellEnded: "Maintenance finished",
    tellCancelled: "Maintenance cancelled",
  },
);
