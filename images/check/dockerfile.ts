/** One line of a Dockerfile, continued lines joined: `COPY` and what follows it. */
export interface Instruction {
  readonly name: string;
  readonly words: string;
  readonly line: number;
}

/** What is built from one base image. */
export interface Stage {
  readonly base: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile as its stages, the last of which is the image. See the Dockerfile reference of Docker. */
export function stagesOf(text: string): Stage[] {
  const stages: { base: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsOf(text)) {
    const from = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?$/i.exec(instruction.words);
    if (instruction.name === 'FROM') stages.push({ base: from?.[1] ?? '', name: from?.[2], instructions: [] });
    else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

function instructionsOf(text: string): Instruction[] {
  const found: Instruction[] = [];
  let begun: { words: string; line: number } | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    const words: string = `${begun?.words ?? ''} ${content.replace(/\\$/, '')}`.trim();
    const line: number = begun?.line ?? index + 1;
    begun = content.endsWith('\\') ? { words, line } : undefined;
    if (begun === undefined) found.push(instructionIn(words, line));
  }
  return found;
}

function instructionIn(text: string, line: number): Instruction {
  const [, name = '', words = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  return { name: name.toUpperCase(), words, line };
}

/** What a COPY copies, and from which stage; undefined means from the build's own folder. */
export function copyOf({ words }: Instruction): { from: string | undefined; sources: string[]; to: string } {
  const parts = words.split(/\s+/).filter((part) => !part.startsWith('--'));
  return { from: /--from=(\S+)/.exec(words)?.[1], sources: parts.slice(0, -1), to: parts.at(-1) ?? '' };
}
