import { Radio } from '@mantine/core';
import { type TestCard, testCards } from './test-cards.ts';

/** Who pays: one of the sandbox's cards, offered as what they are. */
export function CardChoice({ value, onChange }: { value: TestCard; onChange(card: TestCard): void }) {
  return (
    <fieldset className="panel">
      <legend>How it is paid</legend>
      <p className="hint">
        This shop runs with a payment sandbox. No money is moved: choose a test card by what you want to see.
      </p>
      <div className="cards">
        {testCards.map(({ token, name, what }) => (
          <Radio
            key={token}
            name="card"
            value={token}
            checked={value === token}
            onChange={() => onChange(token)}
            label={name}
            description={what}
            className="card-choice"
          />
        ))}
      </div>
    </fieldset>
  );
}
