/** What finds a pod that reaches itself through its Service, in nftables mode: a rule for all Services, and a set. */

/** Both of them. */
export const hairpinSet = [
  'bash',
  '-c',
  'nft list chain ip kube-proxy masquerading; nft list set ip kube-proxy hairpin-connections',
];

/** Whether cart's address stands in the set as source and as destination, with the port it listens on. */
export const cartIsBoth = (step: string) =>
  `$contains(steps.\`${step}\`.out, pods[app='cart'].ip & ' . ' & pods[app='cart'].ip & ' . tcp . 8080')`;
