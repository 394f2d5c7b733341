import type { JSX } from "preact";
import type { PingUrls } from "../../api/ping-urls.ts";
import { jobWords } from "../../words/jobs.ts";
import type { PageContext } from "../context.ts";

interface HowToProps {
  readonly context: PageContext;
  readonly urls: PingUrls;
}

/** Where the job calls, and what to write where so that it does. */
export function JobHowTo({ context, urls }: HowToProps): JSX.Element {
  const say = jobWords(context.lang);
  return (
    <>
      <pre id="ping-url">{urls.url}</pre>
      <button type="button" hidden data-copy="#ping-url" data-copied={say.copied}>
        {say.copy}
      </button>
      <p class="mut">{say.addressHow}</p>
      {context.site.url === null ? <p class="mut">{say.noUrl}</p> : null}
      <details>
        <summary>{say.howTo}</summary>
        {snippets(urls, say).map(({ title, text }) => (
          <section key={title}>
            <h3>{title}</h3>
            <pre>{text}</pre>
          </section>
        ))}
        <h3>{say.bySlug}</h3>
        <pre>{urls.urlBySlug}</pre>
      </details>
    </>
  );
}

/** `curl -m 10 --retry 5`: a report must neither hang the job nor be lost to one dropped packet. */
function snippets(
  { url }: PingUrls,
  say: ReturnType<typeof jobWords>,
): readonly { readonly title: string; readonly text: string }[] {
  const curl = "curl -fsS -m 10 --retry 5 -o /dev/null";
  return [
    { title: say.cron, text: `15 3 * * * ${curl} ${url}/start; /path/to/job; ${curl} ${url}/$?` },
    {
      title: say.systemd,
      text: `[Service]\nExecStartPre=-/usr/bin/${curl} ${url}/start\nExecStart=/path/to/job\nExecStopPost=-/bin/sh -c '${curl} ${url}/\${EXIT_STATUS}'`,
    },
    {
      title: say.shell,
      text: `rid=$(cat /proc/sys/kernel/random/uuid)\n${curl} "${url}/start?rid=$rid"\noutput=$(/path/to/job 2>&1); code=$?\n${curl} --data-raw "$output" "${url}/$code?rid=$rid"`,
    },
    {
      title: say.powershell,
      text: `C:\\path\\to\\job.exe\nInvoke-RestMethod -Uri "${url}/$LASTEXITCODE" -TimeoutSec 10`,
    },
  ];
}
