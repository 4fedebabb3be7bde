import { expect, test } from 'vitest';
import { htmlText } from './html-text.ts';

test.each([
  ['<p>One</p>\n\n<p>Two<br/>three</p>', 'One\nTwo\nthree'],
  ['a &lt;b&gt; &amp;amp; &#8217; &apos; &unknown; &#0;', "a <b> &amp; ’ ' &unknown; &#0;"],
  ['smaller than 5 < 6 and 7 > 6', 'smaller than 5 < 6 and 7 > 6'],
  ['<!-- note --><b class="x">bold</b>', 'bold'],
  ['', ''],
])('%j reads %j', (html, text) => expect(htmlText(html)).toBe(text));

test.each(['<', '<br', '<p ', '&#1', ' ', '\r', '\n '])('a megabyte of %j is read before the test gives up', (unit) => {
  expect(htmlText(unit.repeat(1_048_576)).length).toBeLessThanOrEqual(1_048_576 * unit.length);
});
