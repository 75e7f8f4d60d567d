/** "1 entry", "2 entries": a count with its word. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${new Intl.NumberFormat().format(count)} ${count === 1 ? one : many}`;
