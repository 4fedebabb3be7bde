import { pactLaws } from './pact-laws.ts';

pactLaws('operations');
