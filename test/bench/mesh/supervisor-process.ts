/** The mesh in a process of its own, as `npm start` runs it, so that its supervisor and the load do not share a thread. Its folder is the first argument. */
import { freePort } from '#chassis/local/free-port.ts';
import { startMesh } from '#chassis/local/supervisor.ts';

const mesh = await startMesh({
  directory: process.argv[2] ?? '',
  gatewayPort: await freePort(),
  // A parcel travels for days; that it is on its way ends a checkout.
  env: { LOG_LEVEL: 'warn', SHIPPING_DISPATCH_SECONDS: '604800' },
  say: (line) => process.stderr.write(`  ${line}\n`),
});
process.send?.(mesh.record);
process.once('message', async () => {
  await mesh.stop();
  process.disconnect?.();
});
