/** Asks for the EndpointSlices of a Service: what the control plane has written down, and kube-proxy reads. */
export const slicesOf = (service: string, ...more: string[]) => [
  'kubectl',
  'get',
  'endpointslices',
  '-l',
  `kubernetes.io/service-name=${service}`,
  ...more,
];
