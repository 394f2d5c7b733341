/** Passwords of ten characters and more that every list of stolen ones begins with, Japanese favourites among them. */
const common: ReadonlySet<string> = new Set(
  `password123 password1234 password12 password01 password2024 password2025 password2026 passw0rd123 p@ssw0rd123
  p@ssword123 p@ssw0rd1234 passwordpassword mypassword mypassword1 newpassword changeme123 changeit123 letmein123
  welcome123 welcome1234 welcome2025 welcome2026 administrator administrator1 admin12345 admin123456 adminadmin
  adminadmin1 admin@1234 admin@12345 root123456 rootroot123 superadmin superuser1 qwerty12345 qwerty123456
  qwertyuiop1 qwertyuiop123 qwerty1234 asdfghjkl1 asdfasdf123 asdf123456 zxcvbnm123 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5
  q1w2e3r4t5y6 1qaz2wsx3edc 1qazxsw23edc zaq12wsxcde3 zaq1xsw2cde3 abc1234567 abcd123456 abcde12345 abcdef1234
  a123456789 a1234567890 aa123456789 123456789a 1234567890a 123456789q 1234512345 1234554321 0123456789a 123123123a
  1122334455 11223344556 9876543210a iloveyou123 iloveyou12 iloveyou1234 iloveyou2 princess123 sunshine123 football123
  baseball123 basketball superman123 batman12345 dragon12345 monkey12345 master12345 michael123 jordan2323 starwars123
  pokemon123 doraemon123 naruto12345 sakura12345 sakura1234 sakurasakura tokyo12345 tokyo20201 japan12345 nippon12345
  arigatou123 arigato123 konnichiwa aishiteru1 suki12345678 himitsu123 anata12345 takahashi1 yamamoto123 watanabe123
  suzuki12345 tanaka12345 server1234 server12345 server2026 system12345 manager123 support123 operator123 monitor123
  monitoring1 nagios1234 zabbix1234 zabbix12345 koboshi123 koboshi1234 koboshi2026 backup12345 test123456 test1234567
  testtest123 guest12345 user123456 default123 temporary1 temporary123 secret1234 secret12345 nopassword trustno123
  correcthorse correcthorsebatterystaple company123 office12345 summer2025 summer2026 winter2025 winter2026 spring2026
  autumn2026 computer123 internet123 google12345 samsung123 whatever123 blink182182 liverpool123 chelsea123 arsenal123`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

/** @param plain lower case */
export function isCommonPassword(plain: string): boolean {
  // a sign or a digit at the end is the first thing a guesser adds
  return [plain, plain.replace(/[!?.]+$/, ""), plain.replace(/[!@#$%&*?.\d]+$/, "")].some((one) => common.has(one));
}
