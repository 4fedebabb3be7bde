import { Command } from 'commander';
import type { KeptMail } from '#chassis/local/mail-pages.ts';
import { type Context, contextOf } from '../context.ts';
import { Misuse } from '../failure.ts';
import { table, timeText } from '../table.ts';
import { wholeNumber } from '../whole-number.ts';

export function mailsCommand(): Command {
  const list = new Command('list')
    .summary('list the mails that were sent, newest first')
    .option('--limit <count>', 'how many', wholeNumber(1), 30)
    .addHelpText('after', '\nExample:\n  $ npx tradewind mails list --limit 5')
    .action(async ({ limit }: { limit: number }, command: Command) => {
      const context = contextOf(command);
      const mails = (await mailsOf(context)).slice(0, limit);
      context.print(mails, () =>
        table(
          ['id', 'time', 'to', 'subject'],
          mails.map(({ id, time, to, subject }) => [id, timeText(new Date(time)), to, subject]),
          'No mail was sent yet.',
        ),
      );
    });
  const show = new Command('show')
    .summary('show one mail')
    .argument('<mail>', 'the id of the mail, as `mails list` shows it')
    .addHelpText('after', '\nExample:\n  $ npx tradewind mails show ec8c366b779268a2ef55a761')
    .action(async (id: string, _options, command: Command) => {
      const context = contextOf(command);
      const mail = (await mailsOf(context)).find((each) => each.id === id);
      if (!mail) throw new Error(`There is no mail ${id}.`);
      context.print(mail, `From: ${mail.from}\nTo: ${mail.to}\nSubject: ${mail.subject}\n\n${mail.text}`);
    });
  return new Command('mails')
    .summary('read the mails that the mesh sent')
    .description('Shows what the local mail server was given; no mail leaves this machine.')
    .addHelpText('after', '\nExample:\n  $ npx tradewind mails list')
    .addCommand(list)
    .addCommand(show);
}

async function mailsOf({ mesh }: Context): Promise<KeptMail[]> {
  const { mailUrl } = mesh();
  if (!mailUrl) throw new Misuse('This mesh sends its mails by a server of your own (SMTP_URL); look there.');
  return (await (await fetch(`${mailUrl}/mails`)).json()) as KeptMail[];
}
