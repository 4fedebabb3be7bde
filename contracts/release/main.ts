/** `npm run release [-- version]`: writes a release of the contracts. What cannot be taken back, the tag, is left to whoever releases. */
import { inTemporaryFolder } from '../gate/workspace.ts';
import { release } from './release.ts';

const today = new Date().toISOString().slice(0, 10);

await inTemporaryFolder(async (scratch) => {
  const { version, commands } = await release(process.argv[2], today, scratch);
  console.log(
    `Release ${version} is written. When it reads well:\n\n${commands.map((line) => `  ${line}`).join('\n')}`,
  );
}).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
