import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { contextOf } from '../context.ts';
import { FAILED } from '../failure.ts';
import { table } from '../table.ts';
import { waitUntilQuiet } from '../verify/quiet.ts';
import { type Finding, verifyMesh } from '../verify/verify.ts';

const MOST_SHOWN = 20;

export function verifyCommand(): Command {
  return new Command('verify')
    .summary('prove that what must always hold does')
    .description(
      "Waits until nothing is under way, then reads every service's database and every stream and checks the invariants of the checkout. Exit code 1 when one is broken.",
    )
    .option('--wait <seconds>', 'how long to wait for work under way', seconds, 120)
    .addHelpText('after', '\nExamples:\n  $ npx tradewind verify\n  $ npx tradewind verify --json --wait 10')
    .action(async ({ wait }: { wait: number }, command: Command) => {
      const { mesh, print } = contextOf(command);
      const record = mesh();
      await waitUntilQuiet(record, wait);
      const findings = await verifyMesh(record);
      print({ holds: findings.every(holds), findings }, () => findingsText(findings));
      if (!findings.every(holds)) process.exitCode = FAILED;
    });
}

const holds = ({ violations }: Finding) => violations.length === 0;

/** Every invariant with how much was looked at, and what breaks it. */
export function findingsText(findings: Finding[]): string {
  const rows = findings.map((finding) => [
    holds(finding) ? pc.green('holds') : pc.red('broken'),
    finding.invariant,
    finding.checked,
    finding.violations.length,
  ]);
  const broken = findings.filter((finding) => !holds(finding));
  const details = broken.flatMap(({ invariant, violations }) => [
    pc.red(invariant),
    ...violations.slice(0, MOST_SHOWN).map((violation) => `  ${violation}`),
    ...(violations.length > MOST_SHOWN ? [`  and ${violations.length - MOST_SHOWN} more`] : []),
  ]);
  const verdict =
    broken.length === 0
      ? `${pc.green('✔')} Every invariant holds.`
      : `${pc.red('✗')} ${broken.length} of ${findings.length} invariants are broken.`;
  return [table(['', 'invariant', 'checked', 'violations'], rows), ...details, verdict].join('\n');
}

function seconds(text: string): number {
  const value = Number(text);
  if (value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number of seconds.');
}
