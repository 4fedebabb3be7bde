import type { KeptMail } from '#chassis/local/mail-pages.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import type { Shop } from '../e2e/shop.fixture.ts';

/** The newest link that was mailed to an address about `subject`, once there is one. */
export function linkMailedTo(shop: Shop, email: string, subject: string): Promise<string> {
  return eventually(
    async () => {
      const mails = (await (await fetch(`${shop.mesh.record.mailUrl}/mails`)).json()) as KeptMail[];
      const mail = mails.find((each) => each.to.includes(email) && each.subject === subject);
      const link = /^http\S+$/m.exec(mail?.text ?? '')?.[0];
      if (link === undefined) throw new Error(`no mail "${subject}" came to ${email} yet`);
      return link;
    },
    { timeoutMs: 30_000 },
  );
}
