/** The places that a request passes, from the client to the container. A chapter is about one of them. */
export const journey = [
  'client',
  'dns',
  'load-balancer',
  'gateway',
  'nodeport',
  'service',
  'network',
  'pod',
  'container',
] as const;
