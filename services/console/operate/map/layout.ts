/** Where each service stands on the map, and the way of a line from one to another. */
export const WIDTH = 1000;
export const HEIGHT = 620;
const NODE = { width: 156, height: 74 };
const CENTRE = { x: WIDTH / 2, y: HEIGHT / 2 };
const RADIUS = { x: WIDTH / 2 - NODE.width / 2 - 8, y: HEIGHT / 2 - NODE.height / 2 - 8 };

export interface Point {
  x: number;
  y: number;
}

/** On an ellipse, so that no line runs behind a service; the last, which calls come in by, at the left. */
export function placesOf(names: readonly string[]): Map<string, Point> {
  return new Map(
    names.map((name, at) => {
      const angle = Math.PI + (2 * Math.PI * (names.length - 1 - at)) / names.length;
      return [name, { x: CENTRE.x + RADIUS.x * Math.cos(angle), y: CENTRE.y + RADIUS.y * Math.sin(angle) }];
    }),
  );
}

export interface Way {
  path: string;
  /** Where a word on it stands. */
  middle: Point;
}

/** A bow towards the middle of the map; there and back are apart by `aside`. */
export function wayBetween(from: Point, to: Point, aside: number): Way {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const bend = {
    x: (from.x + to.x) / 2 + (CENTRE.x - (from.x + to.x) / 2) * 0.35 - (dy / length) * aside,
    y: (from.y + to.y) / 2 + (CENTRE.y - (from.y + to.y) / 2) * 0.35 + (dx / length) * aside,
  };
  const start = edgeOf(from, bend);
  const end = edgeOf(to, bend);
  const middle = { x: (start.x + 2 * bend.x + end.x) / 4, y: (start.y + 2 * bend.y + end.y) / 4 };
  const text = ({ x, y }: Point) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return { path: `M${text(start)} Q${text(bend)} ${text(end)}`, middle };
}

/** Where a line towards `other` leaves the box round `centre`. */
function edgeOf(centre: Point, other: Point): Point {
  const [dx, dy] = [other.x - centre.x, other.y - centre.y];
  const share = Math.min(
    (NODE.width / 2 + 5) / Math.max(Math.abs(dx), 0.01),
    (NODE.height / 2 + 5) / Math.max(Math.abs(dy), 0.01),
  );
  return { x: centre.x + dx * Math.min(share, 1), y: centre.y + dy * Math.min(share, 1) };
}
