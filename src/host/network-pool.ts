/**
 * The networks that clusters of ours are put on. No private range is free everywhere: these lie in one that Docker gives
 * out by itself, though after fourteen others, and in the default VPC of AWS. So each is taken only where no network of
 * Docker and no route of this machine leads into it. Evidence shows addresses of them: another range would
 * make every recording look unlike a new run.
 */
export const networkPool: readonly string[] = Array.from(
  { length: 8 },
  (_, index) => `172.31.${77 + index}.0/24`,
);
