/** Structured text, put into lines. What is no JSON is shown as it is. */
export function Json({ label, text }: { label: string; text: string }) {
  return (
    <>
      <p className="json-label" aria-hidden="true">
        {label}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <section className="json" aria-label={label} tabIndex={0}>
        <pre>{pretty(text)}</pre>
      </section>
    </>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
