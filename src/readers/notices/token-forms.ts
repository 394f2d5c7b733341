const weekdayAfter = String.raw`(?:\s*\(\s*(?:[日月火水木金土](?:曜日?)?(?:\s*[・,/]?\s*祝(?:日)?)?|(?:sun|mon|tue|wed|thu|fri|sat)[a-z]*)\s*\)|\s*[日月火水木金土]曜日?)?`;
export const monthName = String.raw`(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t|tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)`;
export const weekdayName = String.raw`(?:sun(?:day)?|mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?)`;
const half = String.raw`(?:a\.?m\.?|p\.?m\.?)(?![a-z])`;
const part = String.raw`(?:午前|午後|深夜|未明|早朝|朝|昼|夕方|夜間?|am|pm)`;
const year = String.raw`(?:19|20)\d\d(?![\d:])`;

/** How days and times are written, as regular expressions; in order of preference where several begin at one place. */
export const forms = {
  isoTime: String.raw`(?<!\d)20\d\d-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?`,
  era: String.raw`(?:令和|平成|(?<![a-z])[RH])\s*(?:\d{1,2}|元)\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?${weekdayAfter}`,
  ymd: String.raw`(?<!\d)(?:19|20)\d\d\s*(?:年|[./-])\s*\d{1,2}\s*(?:月|[./-])\s*\d{1,2}(?!\d)\s*日?${weekdayAfter}`,
  dmy: String.raw`(?<!\d)\d{1,2}([./])\d{1,2}\k<sep>20\d\d(?!\d)${weekdayAfter}`.replace("([./])", "(?<sep>[./])"),
  rule: String.raw`(?:(?:\d{1,2}月(?:の)?|今月(?:の)?|来月(?:の)?|再来月(?:の)?)\s*)?第\s*[1-5]\s*[日月火水木金土]曜日?|(?:今月|来月|再来月)(?:の)?\s*\d{1,2}\s*日(?!間)${weekdayAfter}|(?:今週|来週|再来週)(?:の)?\s*[日月火水木金土]曜日?|(?<![a-z])(?:this|next)\s+${weekdayName}(?![a-z])`,
  recurring: String.raw`(?:毎週|毎月|隔週)(?:の)?\s*(?:第\s*[1-5](?:\s*[・,、]\s*第?\s*[1-5])*\s*)?(?:[日月火水木金土]曜日?|\d{1,2}日)|(?<![a-z])every\s+(?:${weekdayName}|week|month)(?![a-z])`,
  allDay: String.raw`終日|(?<![a-z])all\s+day(?![a-z])`,
  vague: String.raw`\d{1,2}月(?:の)?(?:上旬|中旬|下旬|末|中(?!央)|初旬|以降)`,
  md: String.raw`(?<!\d)\d{1,2}\s*月\s*\d{1,2}\s*日(?!間)${weekdayAfter}`,
  dayRange: String.raw`(?:night\s+(?:of|from)\s+)?(?:the\s+)?(?<![\d:])\d{1,2}(?:st|nd|rd|th)?(?:\s*,\s*\d{1,2}(?:st|nd|rd|th)?){0,8}\s*(?:to|,?\s*and|[~-])\s*\d{1,2}(?:st|nd|rd|th)?\s+${monthName}(?![a-z])\.?(?:,?\s+${year})?|(?<![a-z])${monthName}\.?\s+\d{1,2}(?:st|nd|rd|th)?\s*(?:to|and|[~-])\s*\d{1,2}(?:st|nd|rd|th)?(?![\d:]|\s*${half})(?:,?\s+${year})?|(?<![\d/.])\d{1,2}/\d{1,2}\s*[~-]\s*\d{1,2}(?![\d:/.%]|\s*[時月日])`,
  slash: String.raw`(?<![\d/.])\d{1,2}/\d{1,2}(?![\d/%])${weekdayAfter}`,
  monthDay: String.raw`(?:${weekdayName}\.?,?\s+)?(?<![a-z])${monthName}\.?\s+\d{1,2}(?:st|nd|rd|th)?(?![\d:])(?:,?\s+${year})?(?:\s*\(${weekdayName}\))?`,
  dayMonth: String.raw`(?:${weekdayName}\.?,?\s+(?:the\s+)?)?(?<![\d:])\d{1,2}(?:st|nd|rd|th)?(?:\s+of)?[\s-]+${monthName}(?![a-z])\.?(?:,?[\s-]+${year})?(?:\s*\(${weekdayName}\))?`,
  relative: String.raw`翌々日|翌日|翌朝|翌晩|翌(?=\s*(?:${part}|\d{1,2}(?!\d|\s*[日月/])))|同日|当日|本日|本夕|今夜|今晩|今朝|明日|明朝|明晩|明後日|昨日|昨夜|昨晩|(?<![a-z])(?:today|tonight|tomorrow|yesterday|(?:the\s+)?(?:next|following)\s+(?:day|morning)|same\s+day)(?![a-z])`,
  wordLength: String.raw`(?<![a-z])(?:an?|one|two|three|four|five|six|eight|ten|twelve)\s+(?:and\s+a\s+half\s+)?hours?(?![a-z])`,
  duration: String.raw`(?:(?:約|およそ|最大|最長|1台あたり|各|up\s+to|maximum\s+of|less\s+than|approximately|approx\.?|about|around|for)\s*)?(?<!\d)(?<!\d[:.]|時)\d{1,3}(?:\.\d)?[\s-]*(?:時間(?:半|\s*\d{1,2}\s*分)?|分間?|hours?|hrs?|minutes?|mins?)(?![a-z]|表記|表示|制|365|\s*体制|\s*対応|\s*受付|以内|毎|おき|ごと|前|後)`,
  time: String.raw`(?:${part}\s*の?\s*)?(?<!\d)(?<!\d[:.])\d{1,2}(?::[0-5]\d(?::[0-5]\d)?(?!\d)|\s*時(?!間|点)\s*(?:\d{1,2}\s*分(?!間)|半)?)(?:\s*${half})?(?:\s*(?:頃|ごろ))?`,
  hour12: String.raw`(?<!\d)(?<!\d[:.])\d{1,2}\s*${half}`,
  bareHour: String.raw`(?:${part}\s*)?(?<!\d)(?<!\d[:./-])\d{1,2}(?=\s*(?:[~-]|to|から|(?<=between\s+\d{1,2}\s+)and)\s*(?:${part}\s*)?\d{1,2}(?:\s*時(?!間)|(?::\d\d)?\s*${half}))`,
  military: String.raw`(?<!\d)(?<!\d:)(?:[01]\d|2[0-3])[0-5]\d(?=\s*(?:[~-]\s*\d{4}\s*)?(?:hrs|hours|UTC|JST|GMT|Z(?![a-z])))`,
  named: String.raw`正午|(?:午前)?零時|(?<![a-z])(?:noon|midday|midnight)(?![a-z])`,
  day: String.raw`(?<!\d)(?<!\d[.:/])\d{1,2}\s*日(?!間|以内|前|後|以上|程度|ごと|目|分|\d)${weekdayAfter}`,
  zone: String.raw`(?<![a-z])(?:utc|gmt)(?:\s?[+-]\d{1,2}(?::?\d\d)?(?!\s*(?:utc|gmt|jst)))?(?![a-z\d])|(?<![a-z])(?:JST|PST|PDT|EST|EDT|CST|CDT|MST|MDT|CET|CEST|BST|WET|EET|EEST|SGT|HKT|KST|AEST|AEDT|NZST|NZDT|PT|ET)(?![a-z])|(?<![a-z])(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[a-z_]+(?:/[a-z_]+)?|日本時間|日本標準時|協定世界時|世界標準時|太平洋標準時|太平洋夏時間|(?<![a-z])(?:pacific|eastern|central european|japan standard|japan)\s+time|(?<=\d)Z(?![a-z])`,
  open: String.raw`未定|調査中|確認中|終了次第|完了次第|until\s+further\s+notice|(?<![a-z])(?:tbd|tba|to\s+be\s+(?:announced|determined))(?![a-z])`,
  each: String.raw`各日|いずれも|毎日|両日|毎晩|連日|各夜|(?<![a-z])(?:each\s+(?:day|night)|daily|nightly|every\s+(?:day|night))(?![a-z])`,
  range: String.raw`~|->|=>|→|⇒|-+|から|より|にかけて|まで|を(?=\s*(?:${part}|翌|\d))|(?<![a-z])(?:until|till|to|through|thru|and|from|between|by)(?![a-z])`,
} as const;
export type Form = keyof typeof forms;
