import type { Product } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import { drawingOf } from './drawings.ts';

/** The colours that a product's title may name. */
const NAMED: Record<string, string> = {
  moss: '#7a8f4a',
  sand: '#cdb380',
  slate: '#64748b',
  pine: '#3f6b4f',
  indigo: '#4f5ba8',
  rust: '#b5603a',
  teal: '#2a8c86',
  black: '#3c4148',
  red: '#b8443f',
  blue: '#3f74b3',
  green: '#4f8a54',
  grey: '#7d8590',
  orange: '#d1843a',
  yellow: '#cda434',
  ochre: '#c08a35',
  navy: '#33486e',
  plum: '#7d4a72',
};

const PLAIN = ['#2f8f88', '#5a7fa8', '#8a7a4f', '#a8654f', '#5f8a5a', '#7a6a9a'];

type Pictured = Pick<Product, 'title' | 'category' | 'brand' | 'imageUrls'>;

/** A product's picture, or a drawing of its kind in its colour while the catalogue has none. */
export function ProductPicture({ product, large = false }: { product: Pictured; large?: boolean }) {
  const [address] = product.imageUrls;
  const size = large ? 'picture picture-large' : 'picture';
  if (address) return <img className={size} src={address} alt="" loading="lazy" />;
  const colour = colourOf(product);
  return (
    <svg className={size} viewBox="0 0 120 90" aria-hidden="true" preserveAspectRatio="xMidYMid slice">
      <rect width="120" height="90" fill={colour} opacity="0.16" />
      <circle cx="94" cy="22" r="9" fill={colour} opacity="0.28" />
      <path d="M0 74 26 52l16 13 22-24 24 26 14-11 18 16v18H0z" fill={colour} opacity="0.22" />
      <g
        transform="translate(39 24) scale(1.75)"
        fill="none"
        stroke={colour}
        strokeWidth="1.15"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <path d={drawingOf(product.category)} />
      </g>
    </svg>
  );
}

function colourOf({ title, brand }: Pictured): string {
  const named = Object.keys(NAMED).find((name) => title.toLowerCase().includes(name));
  const sum = [...brand].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return (named && NAMED[named]) ?? PLAIN[sum % PLAIN.length] ?? '#2f8f88';
}
