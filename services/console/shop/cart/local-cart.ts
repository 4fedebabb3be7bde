/** The cart of somebody who is not signed in, kept by this browser and the same in every tab. */
import type { CartContent } from './cart-content.ts';

const KEY = 'tradewind.cart';
const MOST_LINES = 100;
const listeners = new Set<() => void>();
let read: { text: string | null; lines: CartContent } = { text: null, lines: [] };

export function localCart(): CartContent {
  const text = localStorage.getItem(KEY);
  if (text !== read.text) read = { text, lines: parse(text) };
  return read.lines;
}

export function putIntoLocalCart(productId: string, quantity: bigint): void {
  const lines = localCart();
  const changed = lines.some((line) => line.productId === productId)
    ? lines.map((line) => (line.productId === productId ? { productId, quantity } : line))
    : [...lines, { productId, quantity }];
  store(changed.filter((line) => line.quantity > 0n).slice(0, MOST_LINES));
}

export function dropFromLocalCart(productId: string): void {
  if (localCart().some((line) => line.productId === productId)) putIntoLocalCart(productId, 0n);
}

export function onLocalCartChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

window.addEventListener('storage', ({ key }) => {
  if (key === KEY || key === null) tell();
});

function store(lines: CartContent): void {
  localStorage.setItem(KEY, JSON.stringify(lines.map(({ productId, quantity }) => [productId, String(quantity)])));
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

function parse(text: string | null): CartContent {
  try {
    const lines = JSON.parse(text ?? '[]') as [string, string][];
    return lines.map(([productId, quantity]) => ({ productId, quantity: BigInt(quantity) }));
  } catch {
    return [];
  }
}
