import { expect, test } from 'vitest';
import { htmlText } from './html-text.ts';

test.each([
  ['<p>One</p>\n\n<p>Two<br/>three</p>', 'One\nTwo\nthree'],
  ['a &lt;b&gt; &amp;amp; &#8217; &apos; &unknown; &#0;', "a <b> &amp; ’ ' &unknown; &#0;"],
  ['smaller than 5 < 6 and 7 > 6', 'smaller than 5 < 6 and 7 > 6'],
  ['<!-- note --><b class="x">bold</b>', 'bold'],
  ['', ''],
])('%j reads %j', (html, text) => expect(htmlText(html)).toBe(text));

test.each(['<', '<br', '<p ', '&#1', ' ', '\r', '\n '])('256 KiB of %j take no time to speak of', (unit) => {
  const began = performance.now();
  htmlText(unit.repeat(262_144 / unit.length));
  expect(performance.now() - began).toBeLessThan(1_000);
});
