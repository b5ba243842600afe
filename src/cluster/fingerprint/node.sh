# Prints what a lab could leave behind in a node or in the client. Runs from `bash -s`; every part has a heading.
part() { echo "### $1"; shift; "$@" 2>/dev/null; }

part rules iptables-save
part 'IPv6 rules' ip6tables-save
# The tables of iptables-nft are those above.
nft list tables 2>/dev/null | grep -Ev '^table ip6? (raw|mangle|nat|filter|security)$' | while read -r _ family name; do
  part 'nftables rules' nft list table "$family" "$name"
done
part 'policy rules' ip rule show
part routes ip route show table all
part 'IPv6 routes' ip -6 route show table all
part addresses ip -o address show
part links ip -o -d link show
part 'queueing disciplines' tc qdisc show
part 'fixed neighbours' ip neigh show nud permanent
part 'forwarding entries' bridge fdb show
part sysctls sysctl --all --pattern '^net\.(ipv4|ipv6|bridge|netfilter)\.'
part 'stopped processes' ps -eo stat=,comm=
part 'CNI configuration' cat /etc/cni/net.d/*
part 'name resolution' cat /etc/resolv.conf /etc/hosts
part 'kube-proxy mode' curl -s --max-time 2 http://localhost:10249/proxyMode
true
