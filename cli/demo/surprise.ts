/** Something on the way of an order is not as it must be. */
export class Surprise extends Error {}
