const hidden = "***";
const secretName = String.raw`[\w.-]*(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|auth[_-]?key|community|psk)[\w.-]*`;

/** Where a secret stands in a command or a line of a configuration; the first group stays. */
const places: readonly RegExp[] = [
  // user:password@ of an address
  /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"']{0,200}:)[^\s/@"']{1,500}(?=@)/gi,
  /(\b(?:authorization|x-api-key|x-auth-token|cookie)["']?\s*[:=]\s*["']?(?:bearer |basic |token )?)[^\s"']{3,2000}/gi,
  /(\b(?:bearer|basic) )[\w.~+/=-]{8,2000}/gi,
  new RegExp(String.raw`((?:^|[\s;&|,{("'-])${secretName}["']?\s*(?:=>|=|:)\s*["']?)[^\s"'&;,})]{1,2000}`, "gi"),
  new RegExp(String.raw`((?:^|\s)--?${secretName}\s+["']?)[^\s"'-][^\s"']{0,2000}`, "gi"),
  // mysql -pSECRET, sshpass -p SECRET, curl -u user:SECRET
  /(\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mariadb-admin|mysqlcheck)\b[^|;&]{0,400}?\s-p)[^\s"']{1,200}/gi,
  /(\bsshpass\s+-p\s*)\S{1,200}/gi,
  /(\bcurl\b[^|;&]{0,400}?\s(?:-u|--user)[ =]?["']?[^\s:"']{1,100}:)[^\s"']{1,200}/gi,
  /(\bPGPASSWORD=|\bMYSQL_PWD=|\bRESTIC_PASSWORD=|\bBORG_PASSPHRASE=)\S{1,500}/gi,
  // addresses that are a key by themselves
  /(\bhttps:\/\/hooks\.slack\.com\/services\/)\S{1,200}/gi,
  /(\/(?:ping|push)\/)[\w-]{16,64}/gi,
  /\b()(?:AKIA[A-Z0-9]{16}|gh[pousr]_\w{20,}|xox[abpr]-[\w-]{10,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+)/g,
];

/** A foreign line with `***` where a secret stands or seems to. */
export function maskSecrets(line: string): string {
  return places.reduce((text, place) => text.replaceAll(place, `$1${hidden}`), line);
}
