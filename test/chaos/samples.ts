import type { InstanceRecord } from '#chassis/local/mesh-file.ts';

/** The sum of the samples of a metric that have these labels (`|` between values stands for either), over every instance of a service; 0 when there are none yet. */
export async function sampled(
  instances: readonly InstanceRecord[],
  metric: string,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const texts = await Promise.all(
    instances.map(async ({ httpPort }) => (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text()),
  );
  const wanted = Object.entries(labels).map(([name, value]) => new RegExp(`[{,]${name}="(?:${value})"`));
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith(`${metric}{`) && wanted.every((label) => label.test(line)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
