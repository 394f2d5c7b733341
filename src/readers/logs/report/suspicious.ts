/** Flags of a path or a user agent that nobody but an attacker or a scanner asks with. */
export const flagLogin = 1;
export const flagProbe = 2;

const login =
  /(?:^|\/)(?:wp-login\.php|xmlrpc\.php|log-?in(?:\.\w+)?|sign-?in|session(?:s)?|auth(?:enticate)?|administrator\/index\.php|user\/login|owa\/auth\.owa)\/?$/i;
const probe =
  /(?:\/\.(?:env|git|svn|hg|aws|ssh|vscode|DS_Store|htpasswd)\b|wp-config|phpmyadmin|phpunit|eval-stdin|\/etc\/passwd|\.\.(?:\/|%2f)|\/cgi-bin\/|\/actuator\b|\/boaform|\/HNAP1|\/shell\b|\/vendor\/|\/solr\/|\/jenkins|\/manager\/html|\.(?:sql|bak|old|swp)(?:\.gz|\.zip)?$|\/(?:backup|dump)[^/]*\.(?:zip|tar|gz|sql)|\$\{jndi|%00|<script|%3cscript)/i;
const scanner =
  /\b(?:sqlmap|nikto|nmap|masscan|zgrab|gobuster|dirbuster|dirb|ffuf|wfuzz|feroxbuster|wpscan|nuclei|acunetix|nessus|openvas|qualys|netsparker|l9explore|censys|expanse|jorgee|morfeus|zmeu)/i;

/** What a path says of who asks for it. */
export function pathFlags(path: string): number {
  const text = path.slice(0, 1_024);
  return (login.test(text) ? flagLogin : 0) | (probe.test(text) ? flagProbe : 0);
}

export function agentFlags(agent: string): number {
  return scanner.test(agent.slice(0, 512)) ? flagProbe : 0;
}
