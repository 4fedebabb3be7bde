/** Something on the way of an order is not as it must be. */
export class Surprise extends Error {}

/** A shopper's wish came when the order had gone on without it: no fault of the order's, but of a shop that is slower than its shoppers reckon with. */
export class TooLate extends Surprise {}
