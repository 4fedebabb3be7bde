import { rules } from './rules.ts';

/** The page of all rules, `istio/rules/README.md`, made from what they say of themselves. */
export function rulesPage(): string {
  const rows = rules.map(({ name, about }) => `- [\`${name}\`](${name}.ts): ${about}`);
  return `# What the manifests are held to

\`npm run mesh:check\` judges what would be applied, every environment and every scenario of \`istio/\`, and ends with 1 when it finds something; \`npm test\` does the same. Each finding names the rule, the object and the
field. \`kubectl kustomize\` and \`istioctl analyze\` are asked as well where they are installed, and it says so where they are not.

A rule is a file here with a function from all objects at once to what is wrong with them; \`calls.test.ts\`, \`safety.test.ts\` and \`workloads.test.ts\` break the manifests in every way that a rule must see. Whether a service
may call an RPC, and which object decides, \`npx node istio/policy/main.ts orders tradewind.payments.v1.PaymentsService/AuthorizePayment\` tells from the manifests alone.

${rows.join('\n')}
`;
}
