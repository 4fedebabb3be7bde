import { copyOf, type Instruction, stagesOf } from './dockerfile.ts';

/** What may never reach a build: it is large, private, or another machine's. */
const NEVER_SENT = ['node_modules/zod/index.js', '.git/config', '.env', '.tradewind/credentials.json', 'npm-debug.log'];

/** A tag that says which version, and the digest that says which image. */
const PINNED = /^[^:@\s]+(?::\d+)?(?:\/[^:@\s]+)*:(?!latest\b)[\w.-]+@sha256:[0-9a-f]{64}$/;

/** What is wrong with a Dockerfile, in a sentence each. */
export function dockerfileFindings(text: string): string[] {
  const stages = stagesOf(text);
  const names = new Set(stages.flatMap(({ name }) => name ?? []));
  const image = stages.at(-1);
  if (image === undefined) return ['there is no FROM'];
  const all = stages.flatMap(({ instructions }) => instructions);
  const bases = stages.map(({ base }) => base).filter((base) => !names.has(base));
  return [
    ...bases.filter((base) => !PINNED.test(base)).map((base) => `${base} is not pinned by tag and digest`),
    ...(stages.length < 2 ? ['what builds the image is left in it: there is one stage only'] : []),
    ...all.filter(({ name }) => name === 'ADD').map((each) => at(each, 'ADD also fetches and unpacks: use COPY')),
    ...all.filter(({ name }) => name === 'COPY').flatMap((each) => wholesale(each)),
    ...all
      .filter(({ name, words }) => name === 'RUN' && /\bnpm (?:install|i)\b/.test(words))
      .map((each) => at(each, 'npm install may change versions: use npm ci')),
    ...all
      .filter(({ name, words }) => /^(?:ARG|ENV)$/.test(name) && /(?:KEY|TOKEN|PASSWORD|SECRET)\w*=/.test(words))
      .map((each) => at(each, 'a secret in a layer is a secret no more')),
    ...userFindings(image.instructions),
    ...(image.instructions.some(({ name }) => name === 'HEALTHCHECK') ? [] : ['there is no HEALTHCHECK']),
    ...notExec(image.instructions),
  ];
}

/** What a `.dockerignore` lets into a build that must not be there. */
export function ignoreFindings(isIgnored: (path: string) => boolean): string[] {
  return NEVER_SENT.filter((path) => !isIgnored(path)).map((path) => `.dockerignore lets ${path} into the build`);
}

function at({ line }: Instruction, sentence: string): string {
  return `line ${line}: ${sentence}`;
}

function wholesale(instruction: Instruction): string[] {
  const { from, sources } = copyOf(instruction);
  return from === undefined && sources.some((source) => /^\.?\/?$/.test(source))
    ? [at(instruction, 'COPY of everything: name what the image needs')]
    : [];
}

function userFindings(instructions: readonly Instruction[]): string[] {
  const user = instructions.findLast(({ name }) => name === 'USER')?.words;
  if (user === undefined) return ['there is no USER: who runs it depends on the base image'];
  return /^[1-9]\d*(?::[1-9]\d*)?$/.test(user)
    ? []
    : [`USER ${user} is root or a name: a kubelet can only check a number`];
}

function notExec(instructions: readonly Instruction[]): string[] {
  return instructions
    .filter(({ name, words }) => /^(?:CMD|ENTRYPOINT)$/.test(name) && !words.startsWith('['))
    .map((each) => at(each, `${each.name} needs a shell: write it as a list`));
}
