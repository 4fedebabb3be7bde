/** Line drawings of what is sold, each within 24 by 24, by a word of the category. The first that fits is taken. */
const drawings: readonly (readonly [word: string, path: string])[] = [
  ['Tents', 'M12 4 2 20h20L12 4zm0 7-4.500 9m4.500-9 4.500 9M12 4l-1-1.500M12 4l1-1.500'],
  ['Sleeping', 'M5 21V9a7 7 0 0 1 14 0v12H5zm3-11a4 4 0 0 1 8 0c0 2-1.800 3-4 3s-4-1-4-3zm4 5v6'],
  ['Kitchen', 'M4 10h16v6a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4v-6zM2 10h20M12 6V4m-4 2V5m8 1V5'],
  ['Water Sports', 'M3 13c6 4 12 4 18 0-1 4-4 7-9 7s-8-3-9-7zm14-9L7 20M17 4l2 2'],
  ['Water', 'M9 2h6v4l2 3v11a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2V9l2-3V2zM7 13h10'],
  ['Food', 'M6 4h12l1 4v12H5V8l1-4zm-1 4h14M9 12h6m-6 4h4'],
  ['Furniture', 'M6 3v9h12V5M6 12l-2 9m14-9 2 9M5 17h14'],
  ['Lighting', 'M9 3h6l1 4H8l1-4zM8 7h8v10H8V7zm-1 10h10v4H7v-4zm5-7v4'],
  ['Climbing', 'M8 3h6a5 5 0 0 1 5 5v8a5 5 0 0 1-5 5h-3a5 5 0 0 1-5-5V7m0 0 3 9'],
  ['Base Layers', 'M8 3 3 6l2 5 2-1v11h10V10l2 1 2-5-5-3a4 4 0 0 1-8 0z'],
  ['Trousers', 'M7 3h10l2 18h-5l-2-11-2 11H5L7 3zm0 3h10'],
  ['Clothing', 'M8 3 3 7v9h4v5h10v-5h4V7l-5-4-4 3-4-3zm4 3v15'],
  ['Footwear', 'M4 4h6l1 7c3 1 9 2 9 6v3H4V4zm0 13h16M7 8h3m-3 3h4'],
  ['Cycling', 'M6 12a4 4 0 1 0 .1 0zm12 0a4 4 0 1 0 .1 0zM6 16l4-8h5l3 8m-8-8 3 8h-7M9 6h3'],
  ['Snow', 'M12 2v20M3 7l18 10M21 7 3 17M9 3l3 2 3-2M9 21l3-2 3 2'],
  ['Hiking', 'M7 21V8a5 5 0 0 1 10 0v13H7zm0-5H4v-5h3m10 5h3v-5h-3M9 12h6v4H9v-4zM9 4V2h6v2'],
  [
    'Dogs',
    'M8 4a2 2 0 1 0 .1 0zm8 0a2 2 0 1 0 .1 0zM4 9a2 2 0 1 0 .1 0zm16 0a2 2 0 1 0 .1 0zM12 10c-4 0-7 6-5 9 2 2 3 0 5 0s3 2 5 0c2-3-1-9-5-9z',
  ],
  ['Electronics', 'M13 2 5 14h6l-1 8 9-13h-6l0-7z'],
  ['Tools', 'M14 3a5 5 0 0 0 1 7l5-3a5 5 0 0 1-7 6l-6 8-4-4 8-6a5 5 0 0 1 3-8z'],
  ['Care', 'M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11zm-3 11a3 3 0 0 0 3 3'],
  ['Last Season', 'M3 12V4h8l10 10-8 7L3 12zm4-5.500a1 1 0 1 0 .1 0z'],
  ['Made to Order', 'M4 20 16 8m-2-4 6 6M13 5l6 6 2-2-6-6-2 2zM4 20l2-5 3 3-5 2z'],
  ['Packs', 'M7 21V8a5 5 0 0 1 10 0v13H7zm0-5H4v-5h3m10 5h3v-5h-3M9 12h6v4H9v-4zM9 4V2h6v2'],
];

const COMPASS = 'M12 2a10 10 0 1 0 .1 0zm4 6-2.500 5.500L8 16l2.500-5.500L16 8z';

export function drawingOf(category: string): string {
  return drawings.find(([word]) => category.includes(word))?.[1] ?? COMPASS;
}
