/** The process a provider is verified in: runs the service named by its argument and verifies what its parent asks for, until that lets it go. */
import { providers } from './providers.ts';
import { startProvider } from './start-provider.ts';
import type { Asked, Told } from './verifier.ts';
import { verify } from './verify.ts';

const [name = ''] = process.argv.slice(2);
const load = providers[name];
if (!load) throw new Error(`${name} brings no provider-states.ts`);
const provider = await startProvider(await load());

const tell = (told: Told) => process.send?.(told);
process.on('message', ({ files, instead }: Asked) => {
  verify(provider, files, instead).then(
    (verifications) => tell({ verifications }),
    (error: Error) => tell({ problem: error.message }),
  );
});
process.on('disconnect', () => void provider.stop().then(() => process.exit(0)));
tell({ url: provider.url });
