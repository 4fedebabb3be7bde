/** What people call an order: the end of its id, which differs most. */
export const numberOf = (id: string): string => id.slice(-8).toUpperCase();
