/** The networks that clusters of ours are put on, outside of what Docker gives out by itself. */
export const networkPool: readonly string[] = Array.from(
  { length: 8 },
  (_, index) => `172.31.${77 + index}.0/24`,
);
