/** A mail as the sink shows it. */
export interface KeptMail {
  id: string;
  time: string;
  from: string;
  to: string;
  subject: string;
  text: string;
}

/** The page that lists all mails. */
export function mailListPage(mails: KeptMail[]): string {
  const rows = mails.map(
    (mail) =>
      `<tr><td>${escaped(mail.time.slice(0, 19).replace('T', ' '))}</td><td>${escaped(mail.to)}</td><td><a href="/mails/${mail.id}">${escaped(mail.subject)}</a></td></tr>`,
  );
  return page(
    `${mails.length} mails`,
    `<table><tr><th>When (UTC)</th><th>To</th><th>Subject</th></tr>${rows.join('')}</table>`,
  );
}

/** The page that shows one mail. */
export function mailPage(mail: KeptMail): string {
  return page(
    mail.subject,
    `<p><a href="/">All mails</a></p><p>From ${escaped(mail.from)} to ${escaped(mail.to)}</p><pre>${escaped(mail.text)}</pre>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #8884}pre{white-space:pre-wrap}</style>
<h1>${escaped(title)}</h1>${body}</html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
